"""What nobody should be able to do harm with, by name: abuse cases 50, 53, 61 and 62."""

SCRIPTS = {
    "script": "<script>rpx()</script>",
    "event": '"><img src=x onerror=rpx()>',
    "svg": "<svg><animate onbegin=rpx() attributeName=x dur=1s>",
    "mathml": '<math><mtext><table><mglyph><style><img src=x onerror="rpx()">',
    "mutation": '<noscript><p title="</noscript><img src=x onerror=rpx()>">',
    "markdown": "[go](javascript:rpx()) ![x](data:text/html,<script>rpx()</script>)",
    "template": "<template><script>rpx()</script></template>",
    "comment": "<!--><script>rpx()</script-->",
    "attribute": "' autofocus onfocus=rpx() x='",
    "entity": "&lt;script&gt;rpx()&lt;/script&gt;&#x3c;script>rpx()</script>",
    "encoded": "[go](&#106;avascript:rpx()) <a href='java\tscript:rpx()'>",
}
TEMPLATES = ["{{31337*31337}}", "${31337*31337}", "#{31337*31337}", "{% print(31337*31337) %}"]
STRANGE = {
    "quotes": "' OR 1=1 --",
    "like": "%_%\\",
    "nul": "a\0b",
    "surrogate": "\ud800",
    "newlines": "a\r\nSet-Cookie: x=1\n\u2028\x1b[31m",
    "number": "9" * 400,
    "negative": "-1",
    "exponent": "1e308",
    "not a number": "NaN",
    "format": "{0.__class__.__mro__} %(name)s %s %n",
    "combining": "a" + "\u0301" * 20_000,
    "right to left": "\u202e" * 500 + "abc",
    "spaces": " \u00a0\u3000" * 10_000,
    "letters": "a" * 100_000,
    "backtracking": "a-" * 50_000 + "!",
    "markdown nesting": "> " * 5_000 + "*" * 20_000,
    "brackets": "[" * 20_000 + "](" * 20_000,
    "date": "2026-13-45T99:99",
    "json": '{"a":' * 5_000,
}
