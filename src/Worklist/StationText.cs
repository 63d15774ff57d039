using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Worklist;

/// <summary>
/// The text of a query or another data set of a station that names no character set. By the standard it is ASCII (PS3.3 C.12.1.1.2); bytes
/// beyond that are what the station was shown, so they are read in the set that its answers are written in.
/// </summary>
internal static class StationText
{
    private const byte Escape = 0x1B;

    /// <summary>The request's identifier with its text as the station means it.</summary>
    public static DataSet Read(FindRequest request, StationProfile profile) =>
        Read(request.Identifier, request.EncodedIdentifier, request.TransferSyntax, profile);

    /// <summary>A data set of a station with its text as the station means it.</summary>
    /// <param name="read">As it was read by the standard.</param>
    /// <param name="encoded">As it came.</param>
    /// <param name="syntax">In which transfer syntax.</param>
    /// <param name="profile">What is known of the station.</param>
    public static DataSet Read(DataSet read, ReadOnlyMemory<byte> encoded, TransferSyntax syntax, StationProfile profile)
    {
        var isDeclared = read.GetStrings(Tags.SpecificCharacterSet).Any(static term => term.Length > 0);
        if (isDeclared || !IsBeyondAscii(read)) return read;
        var options = DataSetReaderOptions.Standard with { UndeclaredCharacterSet = AnswerCharacterSet.Of(profile) };
        return DataSetReader.TryRead(encoded, syntax, options, out var meant, out _) ? meant : read;
    }

    private static bool IsBeyondAscii(DataSet level)
    {
        foreach (var element in level)
        {
            foreach (var item in element.Items)
                if (IsBeyondAscii(item)) return true;
            if (element.Bytes.IsEmpty || VrRules.For(element.VR).Kind != VrKind.Text) continue;
            var bytes = element.Bytes.Span;
            if (bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF) || bytes.Contains(Escape)) return true;
        }

        return false;
    }
}
