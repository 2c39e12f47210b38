// What of this page a person can see. A frame that grew with its page is higher than the window around
// it, so "the middle of the screen" is not where this page's own middle is. An observer without a root
// looks through the frame at the window that holds it, whatever its origin.

/** @returns {Promise<{top: number, bottom: number}>} in the coordinates of this page's viewport */
export function inSight() {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver(([entry]) => {
      observer.disconnect();
      const { top, bottom } = entry.intersectionRect;
      resolve(bottom > top ? { top, bottom } : { top: 0, bottom: window.innerHeight });
    });
    observer.observe(document.documentElement);
  });
}
