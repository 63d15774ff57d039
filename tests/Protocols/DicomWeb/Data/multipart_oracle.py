"""Splits multipart bodies with Python's email package. A line of input: boundary, tab, body in base64. A line of output: parts in hex."""
import base64
import email
import sys

for line in sys.stdin:
    boundary, body = line.rstrip("\n").split("\t")
    head = b'Content-Type: multipart/related; boundary="%s"\r\n\r\n' % boundary.encode()
    message = email.message_from_bytes(head + base64.b64decode(body))
    parts = message.get_payload() if message.is_multipart() else []
    print(",".join(part.get_payload(decode=True).hex() for part in parts))
