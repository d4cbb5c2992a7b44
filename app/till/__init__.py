"""The till: sales on a touch screen, several payments each, closings; a sealed chain of events (CGI art. 286 I 3° bis)."""
