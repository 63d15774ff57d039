using CloudPacs.Dicom;
using CloudPacs.Domain;

namespace CloudPacs.Exchange.Outbound;

/// <summary>A report of a performed step that a person sends in place of one that was refused.</summary>
internal static class CorrectedReport
{
    /// <param name="json">A data set in the DICOM JSON model, as the delivery is shown.</param>
    /// <param name="content">As it is to be sent.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(byte[] json, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (!DicomJson.TryRead(json, null, out var read, out var error)) return error;
        if (read is not [var only]) return "It must be one data set.";
        content = Attributes.Encode(only);
        return null;
    }
}
