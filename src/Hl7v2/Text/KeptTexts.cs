using System.Numerics;

namespace CloudPacs.Hl7v2.Text;

/// <summary>Texts of a message by the place where they begin, as many as there is room for. Not for several threads.</summary>
internal sealed class KeptTexts
{
    private const int Least = 32, Most = 256;

    /// <summary>Bytes of a message that hold about one text.</summary>
    private const int BytesOfText = 16;

    private readonly (int Start, string? Text)[] _texts;

    /// <param name="length">Bytes of the message.</param>
    public KeptTexts(int length)
    {
        var texts = Math.Clamp(length / BytesOfText, Least, Most);
        _texts = new (int, string?)[BitOperations.RoundUpToPowerOf2((uint)texts)];
    }

    public string? Find(int start)
    {
        ref readonly var kept = ref At(start);
        return kept.Start == start ? kept.Text : null;
    }

    public void Keep(int start, string text) => At(start) = (start, text);

    private ref (int Start, string? Text) At(int start) => ref _texts[start & (_texts.Length - 1)];
}
