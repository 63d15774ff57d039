using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Worklist;

namespace CloudPacs.EndToEnd.Tests.Matching;

/// <summary>The matching cases as C-FIND identifiers, and their answers as step numbers.</summary>
internal static class SampleQueries
{
    /// <summary>Each sample entry has a study of its own; its UID ends with the number of the step.</summary>
    private const string UidRoot = "1.2.826.0.1.3680043.10.7.";

    /// <summary>The keys of a case and, to tell the entries by, the Study Instance UID as a return key.</summary>
    public static DataSet Identifier(MatchingCase matching)
    {
        var identifier = QueryKeys.Parse(matching.Keys).Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        if (!identifier.Contains(Tags.StudyInstanceUid)) identifier.SetEmpty(Tags.StudyInstanceUid);
        return identifier;
    }

    /// <summary>The steps that the own client gets; a key that nothing can match is refused (A900H), and nothing comes.</summary>
    public static async Task<string> AskAsync(DicomClient client, MatchingCase matching)
    {
        try
        {
            return StepsOf(await OwnScu.QueryAsync(client, Identifier(matching)));
        }
        catch (DicomNetworkException e) when (e.Status == DimseStatus.IdentifierDoesNotMatchSopClass)
        {
            return "";
        }
    }

    public static string StepsOf(IEnumerable<DataSet> answers) => StepsOf(answers.Select(static answer => answer.GetString(Tags.StudyInstanceUid) ?? "?"));

    public static string StepsOf(IEnumerable<string> studyUids) => string.Join(',', studyUids.Select(static uid => uid.Replace(UidRoot, "", StringComparison.Ordinal)));
}
