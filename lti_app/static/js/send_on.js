// Goes on to the platform with what the page holds; its button does the same without scripts.

document.querySelector("form[data-send-on]")?.submit();
