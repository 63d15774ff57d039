using System.Text;

namespace CloudPacs.Hl7v2.CharacterSets;

/// <summary>
/// Reads the characters that a code page has under a second code, such as the IBM and NEC Kanji of Shift-JIS: the runtime leaves them out
/// when it is asked to replace what it does not know.
/// </summary>
internal sealed class SecondCodeFallback(Encoding whole) : DecoderFallback
{
    public override int MaxCharCount => 1;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(whole);

    private sealed class Buffer(Encoding whole) : DecoderFallbackBuffer
    {
        private char? _found;

        public override int Remaining => _found is null ? 0 : 1;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            // What the runtime gives for open codes is no character of them: a question mark, in Japanese sets a middle dot.
            _found = whole.GetString(bytesUnknown) is [not ('?' or '\u30FB') and var character] ? character : '\uFFFD';
            return true;
        }

        public override char GetNextChar()
        {
            var next = _found ?? '\0';
            _found = null;
            return next;
        }

        public override bool MovePrevious() => false;

        public override void Reset() => _found = null;
    }
}
