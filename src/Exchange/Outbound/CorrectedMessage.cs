using CloudPacs.Hl7v2;

namespace CloudPacs.Exchange.Outbound;

/// <summary>A message that a person sends in place of a delivery that was refused.</summary>
internal static class CorrectedMessage
{
    /// <param name="bytes">As it was given; the frame of a file of frames is taken off, and segments may end with line feeds.</param>
    /// <param name="controlId">MSH-10 of the delivery, by which its answer is known.</param>
    /// <param name="message">As it is to be sent.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(byte[] bytes, string controlId, out ReadOnlyMemory<byte> message)
    {
        message = default;
        ReadOnlySpan<byte> text = bytes;
        text = text.TrimEnd("\u001c\r\n"u8).TrimStart("\v"u8);
        if (text.Contains((byte)0x1C)) return "It holds the end of a frame (FS): send one message alone.";
        byte[] lines = [.. text, (byte)'\r'];
        if (!lines.AsSpan(0, lines.Length - 1).Contains((byte)'\r')) lines.AsSpan().Replace((byte)'\n', (byte)'\r');
        if (!Message.TryParse(lines, ParseOptions.Default, out var parsed, out var problem)) return "It is no HL7 message: " + problem.Text;
        if (parsed.ControlId != controlId) return $"MSH-10 must stay {controlId}, by which the answer is known.";
        message = lines;
        return null;
    }
}
