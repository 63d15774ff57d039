using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Dicom.Network;
using CloudPacs.Studies.Finding;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>C-FIND of the Patient Root and Study Root Query/Retrieve SOP classes (PS3.4 annex C).</summary>
/// <param name="search">Finds what is asked for.</param>
/// <param name="stations">Who asks.</param>
/// <param name="aeTitle">Our own AE title, from which everything can be retrieved.</param>
internal sealed class StudyFindService(StudyFinder search, StationDirectory stations, string aeTitle) : IFindService
{
    /// <summary>Most answers to one query: more tell nobody anything, and the peer is told that there are more.</summary>
    private const int MostStudies = 2_000, MostInstances = 20_000;

    public async ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken)
    {
        var profile = stations.ProfileOf(request.CallingAe);
        var identifier = StationText.Read(request, profile);
        if (QueryLevels.Of(identifier) is not { } level || (level == QueryLevel.Patient && request.SopClassUid == Uids.StudyRootFind))
        {
            return new FindResult(
                DimseStatus.IdentifierDoesNotMatchSopClass, "QueryRetrieveLevel is missing or not one of this class",
                [Tags.QueryRetrieveLevel]);
        }

        var query = StudyQuery.Parse(identifier, level, profile.Facility, QueryWays.Plain);
        if (query.Fault is var (key, text)) return new FindResult(DimseStatus.IdentifierDoesNotMatchSopClass, text, [key]);
        if (level > QueryLevel.Study && IsUnbounded(query))
        {
            return new FindResult(
                DimseStatus.IdentifierDoesNotMatchSopClass, "A query of series or instances needs a UID, patient or number",
                [Tags.StudyInstanceUid]);
        }

        var shape = AnswerShape.Of(identifier, QueryAttributes.Of(level));
        var characterSet = AnswerCharacterSet.Choose(profile, identifier.GetStrings(Tags.SpecificCharacterSet));
        var encoded = new ArrayBufferWriter<byte>(1024);
        var (sent, most) = (0, level == QueryLevel.Image ? MostInstances : MostStudies);
        await foreach (var found in search.FindAsync(query, cancellationToken))
        {
            if (sent++ == most) return new FindResult(DimseStatus.OutOfResources, $"More than {most} match; narrow the query");
            var answer = shape.Select(found);
            answer.Set(Tags.QueryRetrieveLevel, identifier.GetString(Tags.QueryRetrieveLevel)!.Trim().ToUpperInvariant());
            answer.Set(Tags.RetrieveAeTitle, aeTitle);
            answer.Set(Tags.InstanceAvailability, "ONLINE");
            encoded.ResetWrittenCount();
            DataSetWriter.Write(answer, request.TransferSyntax, encoded, characterSet);
            await responder.SendAsync(encoded.WrittenMemory, shape.HasUnsupported);
        }

        return FindResult.Success;
    }

    private static bool IsUnbounded(StudyQuery query) =>
        query.Filter is
        {
            StudyInstanceUids.Count: 0, SeriesInstanceUids.Count: 0, SopInstanceUids.Count: 0, PatientId: null, Number: null,
            From: null, To: null,
        };
}
