using System.Buffers;
using System.Text;

namespace CloudPacs.Dicom;

/// <summary>
/// The character set of text on the wire as (0008,0005) declares it (PS3.3 C.12.1.1.2, PS3.5 6.1): reads and writes LO LT PN SH ST UC UT.
/// Safe for use by several threads.
/// </summary>
public sealed class SpecificCharacterSet
{
    internal const byte EscapeByte = 0x1B;

    private readonly TextCodec _codec;

    internal SpecificCharacterSet(TextCodec codec, IReadOnlyList<string> definedTerms, string? unknownTerm = null)
    {
        _codec = codec;
        DefinedTerms = definedTerms;
        UnknownTerm = unknownTerm;
    }

    /// <summary>ISO_IR 6, ASCII: what holds when nothing is declared.</summary>
    public static SpecificCharacterSet Default { get; } = CharacterSetParser.Single("ISO_IR 6")!;

    public static SpecificCharacterSet Latin1 { get; } = CharacterSetParser.Single("ISO_IR 100")!;

    public static SpecificCharacterSet Utf8 { get; } = CharacterSetParser.Single("ISO_IR 192")!;

    /// <summary>The values of (0008,0005), as they are written; empty for the default set.</summary>
    public IReadOnlyList<string> DefinedTerms { get; }

    /// <summary>The first declared term that the standard does not know; it was passed over.</summary>
    public string? UnknownTerm { get; }

    /// <summary>Bytes below 80H without escape sequences are ASCII.</summary>
    internal bool KeepsAscii => _codec.KeepsAscii;

    public bool IsDefault => DefinedTerms.Count == 0;

    /// <summary>
    /// Reads the values of (0008,0005), with the misspellings that are often met (ISO IR 100, ISO-IR 100, UTF-8). Unknown terms are passed
    /// over.
    /// </summary>
    public static SpecificCharacterSet Parse(params IReadOnlyList<string> definedTerms) => CharacterSetParser.Parse(definedTerms);

    /// <summary>
    /// The text of a value field, padding included; values stay separated by backslashes. Bytes that mean nothing become U+FFFD.
    /// </summary>
    public string Decode(ReadOnlySpan<byte> bytes, VR vr) => VrRules.For(vr).Kind switch
    {
        VrKind.Text => _codec.Decode(bytes, vr),
        VrKind.Ascii => AsciiCodec.Decode(bytes),
        _ => throw new ArgumentException($"{vr} holds no text.", nameof(vr)),
    };

    /// <summary>
    /// Writes text, values separated by backslashes where the representation has several; false, with nothing written, when a character is
    /// not in the set.
    /// </summary>
    public bool TryEncode(string text, VR vr, IBufferWriter<byte> output)
    {
        using var buffer = new ByteBuffer(text.Length * 4 + 16);
        if (!TryEncode(text.AsSpan(), vr, buffer)) return false;
        output.Write(buffer.Written);
        return true;
    }

    /// <summary>
    /// Writes text, with letters of the set in place of those that it lacks (<see cref="Transliteration"/>) and a question mark only where
    /// there are none. Of a PN the ideographic and phonetic groups are left out rather than transliterated when an alphabetic group can be
    /// shown.
    /// </summary>
    public TextLoss EncodeTransliterated(string text, VR vr, IBufferWriter<byte> output)
    {
        using var buffer = new ByteBuffer(text.Length * 4 + 16);
        var loss = EncodeTransliterated(text, vr, buffer);
        output.Write(buffer.Written);
        return loss;
    }

    /// <summary>The text as <see cref="EncodeTransliterated(string, VR, IBufferWriter{byte})"/> writes it.</summary>
    public string Transliterate(string text, VR vr, out TextLoss loss)
    {
        loss = default;
        if (CanEncode(text, vr)) return text;
        if (!VrRules.For(vr).MultiValued || !text.Contains('\\', StringComparison.Ordinal)) return TransliterateOne(text, vr, ref loss);
        var values = text.Split('\\');
        for (var i = 0; i < values.Length; i++) values[i] = TransliterateOne(values[i], vr, ref loss);
        return string.Join('\\', values);
    }

    public bool CanEncode(string text, VR vr)
    {
        using var buffer = new ByteBuffer(text.Length * 4 + 16);
        return TryEncode(text.AsSpan(), vr, buffer);
    }

    internal SpecificCharacterSet WithUnknown(string term) => new(_codec, DefinedTerms, term);

    internal bool TryEncode(ReadOnlySpan<char> text, VR vr, ByteBuffer output)
    {
        var start = output.Length;
        var isWritten = VrRules.For(vr).Kind == VrKind.Text ? _codec.TryEncode(text, vr, output) : AsciiCodec.TryEncode(text, output);
        if (!isWritten) output.Truncate(start);
        return isWritten;
    }

    internal TextLoss EncodeTransliterated(string text, VR vr, ByteBuffer output)
    {
        if (TryEncode(text.AsSpan(), vr, output)) return default;
        var other = Transliterate(text, vr, out var loss);
        if (!TryEncode(other.AsSpan(), vr, output)) throw new InvalidOperationException("A transliterated text must be in the set.");
        return loss;
    }

    private bool Contains(Rune rune, VR vr) => VrRules.For(vr).Kind == VrKind.Text ? _codec.Contains(rune, vr) : rune.IsAscii;

    private string TransliterateOne(string text, VR vr, ref TextLoss loss)
    {
        if (CanEncode(text, vr)) return text;
        return vr == VR.PN
            ? NameTransliteration.Apply(text, group => CanEncode(group, VR.PN), rune => Contains(rune, VR.PN), ref loss)
            : Transliteration.Apply(text, rune => Contains(rune, vr), ref loss);
    }
}
