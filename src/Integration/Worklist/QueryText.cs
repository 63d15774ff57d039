using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// The text of a query that names no character set. By the standard it is ASCII (PS3.3 C.12.1.1.2); bytes beyond that are what the station
/// was shown, so they are read in the set that its answers are written in.
/// </summary>
internal static class QueryText
{
    private const byte Escape = 0x1B;

    /// <summary>The request's identifier with its text as the station means it.</summary>
    public static DataSet Read(FindRequest request, StationProfile profile)
    {
        var isDeclared = request.Identifier.GetStrings(Tags.SpecificCharacterSet).Any(static term => term.Length > 0);
        if (isDeclared || !IsBeyondAscii(request.Identifier)) return request.Identifier;
        var options = DataSetReaderOptions.Standard with { UndeclaredCharacterSet = AnswerCharacterSet.Of(profile) };
        return DataSetReader.TryRead(request.EncodedIdentifier, request.TransferSyntax, options, out var identifier, out _)
            ? identifier
            : request.Identifier;
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
