"""Sends one message with python-hl7 and prints the answer: HOST PORT FILE"""
import sys

import hl7
import hl7.client

host, port, path = sys.argv[1:4]
with open(path, encoding="utf-8", newline="") as file:
    message = hl7.parse(file.read())
with hl7.client.MLLPClient(host, int(port)) as client:
    answer = client.send_message(message)
sys.stdout.buffer.write(answer.strip(b"\x0b\x1c\r"))
