using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Integration.Worklist;

/// <summary>C-FIND of the Modality Worklist SOP class (PS3.4 annex K): answers from the index, never from the database.</summary>
internal sealed class WorklistFindService(WorklistIndex index, StationDirectory stations, SiteClock clock) : IFindService
{
    private const long MaxCachedBytes = 128L * 1024 * 1024;
    private readonly AnswerCache answers = new(MaxCachedBytes);

    public async ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken)
    {
        if (request.Identifier.GetItems(Tags.ScheduledProcedureStepSequence).Count > 1)
        {
            return new FindResult(
                DimseStatus.IdentifierDoesNotMatchSopClass, "ScheduledProcedureStepSequence takes at most one item", [Tags.ScheduledProcedureStepSequence]);
        }

        var profile = stations.ProfileOf(request.CallingAe);
        var query = WorklistQuery.Parse(request.Identifier, profile);
        var found = index.Current.Search(query, clock.LocalNow, profile.AnswerLimit + 1);
        var shape = AnswerShape.Of(request.Identifier);
        var asked = request.Identifier.GetStrings(Tags.SpecificCharacterSet);
        for (var i = 0; i < found.Count; i++)
        {
            if (i == profile.AnswerLimit)
                return new FindResult(DimseStatus.OutOfResources, $"More than {profile.AnswerLimit} entries match; narrow the query");
            cancellationToken.ThrowIfCancellationRequested();
            await responder.SendAsync(Encode(found[i], shape, request.TransferSyntax, profile, asked), shape.HasUnsupported);
        }

        return FindResult.Success;
    }

    private ReadOnlyMemory<byte> Encode(WorklistEntry entry, AnswerShape shape, TransferSyntax syntax, StationProfile profile, IReadOnlyList<string> asked)
    {
        var requested = asked.Count == 0 ? "" : string.Join('\\', asked);
        // Only an entry without a station shows who asks.
        var key = new AnswerCache.Key(entry, shape, syntax.Uid, $"{profile.ConfiguredCharacterSet}|{requested}", entry.StationAeTitles.Count == 0 ? profile.CallingAeTitle : "");
        if (answers.TryGet(key, out var encoded)) return encoded;

        var answer = shape.Select(AnswerData.Of(entry, profile.CallingAeTitle, clock));
        var buffer = new ArrayBufferWriter<byte>(1024);
        DataSetWriter.Write(answer, syntax, buffer, AnswerCharacterSet.Choose(answer, profile, requested));
        answers.Add(key, buffer.WrittenMemory);
        return buffer.WrittenMemory;
    }
}
