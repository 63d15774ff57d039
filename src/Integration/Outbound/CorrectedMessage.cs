using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>Content that a person sends in place of that of a delivery that was refused.</summary>
internal static class CorrectedMessage
{
    /// <param name="delivery">The delivery.</param>
    /// <param name="bytes">As it was given.</param>
    /// <param name="message">As it is to be sent.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(DeliveryRow delivery, byte[] bytes, out ReadOnlyMemory<byte> message)
    {
        message = default;
        return delivery.Kind switch
        {
            StatusWriter.Kind => ReadMessage(bytes, delivery.ControlId, out message),
            PerformedWriter.Copies => ReadDataSet(bytes, out message),
            _ => "It has no content that could be corrected.",
        };
    }

    /// <summary>A data set in the DICOM JSON model, as the delivery is shown.</summary>
    private static string? ReadDataSet(byte[] bytes, out ReadOnlyMemory<byte> message)
    {
        message = default;
        if (!DicomJson.TryRead(bytes, null, out var read, out var error)) return error;
        if (read is not [var only]) return "It must be one data set.";
        message = Attributes.Encode(only);
        return null;
    }

    /// <summary>The frame of a file of frames is taken off, and segments may end with line feeds.</summary>
    private static string? ReadMessage(byte[] bytes, string controlId, out ReadOnlyMemory<byte> message)
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
