using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Dicom.Network;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Worklist;

/// <summary>C-FIND of the Modality Worklist SOP class (PS3.4 annex K): answers from the index, never from the database.</summary>
internal sealed class WorklistFindService(
    WorklistIndex index, StationDirectory stations, LastQueries queries, SiteClock clock, ILogger<WorklistFindService> logger)
    : IFindService
{
    /// <summary>
    /// A search that may look at more entries than this is wide: it would hold up its association's loop for milliseconds.
    /// </summary>
    private const int MaxNarrowCandidates = 2000;

    // Wide searches leave a core of the machine to the rest.
    private static readonly SemaphoreSlim WideSearches = new(Math.Max(Environment.ProcessorCount - 1, 1));

    public async ValueTask<FindResult> FindAsync(FindRequest request, IFindResponder responder, CancellationToken cancellationToken)
    {
        var profile = stations.ProfileOf(request.CallingAe);
        var identifier = StationText.Read(request, profile);
        if (identifier.GetItems(Tags.ScheduledProcedureStepSequence).Count > 1)
        {
            return new FindResult(
                DimseStatus.IdentifierDoesNotMatchSopClass, "ScheduledProcedureStepSequence takes at most one item",
                [Tags.ScheduledProcedureStepSequence]);
        }

        queries.Keep(request.CallingAe, identifier);
        var query = WorklistQuery.Parse(identifier, profile);
        // Success without an entry would look like an empty day.
        if (query.Fault is var (key, text)) return new FindResult(DimseStatus.IdentifierDoesNotMatchSopClass, text, [key]);
        var found = await SearchAsync(query, profile.AnswerLimit + 1, cancellationToken);
        var shape = AnswerShape.Of(identifier, WorklistAttributes.Root);
        var characterSet = AnswerCharacterSet.Choose(profile, identifier.GetStrings(Tags.SpecificCharacterSet));
        var encoded = new ArrayBufferWriter<byte>(1024);
        TextLoss loss = default;
        for (var i = 0; i < found.Count; i++)
        {
            if (i == profile.AnswerLimit)
                return new FindResult(DimseStatus.OutOfResources, $"More than {profile.AnswerLimit} entries match; narrow the query");
            cancellationToken.ThrowIfCancellationRequested();
            encoded.ResetWrittenCount();
            loss += DataSetWriter.Write(
                shape.Select(AnswerData.Of(found[i], profile.CallingAeTitle)), request.TransferSyntax, encoded, characterSet);
            await responder.SendAsync(encoded.WrittenMemory, shape.HasUnsupported);
        }

        if (!loss.IsNone)
        {
            Log.AnswersTransliterated(logger, loss.Replaced > 0 ? LogLevel.Warning : LogLevel.Debug, request.CallingAe,
                characterSet.IsDefault ? "ISO_IR 6" : string.Join('\\', characterSet.DefinedTerms), loss.Transliterated, loss.Replaced);
        }

        return FindResult.Success;
    }

    /// <summary>A narrow search is done at once; a wide one elsewhere, so that a C-CANCEL can be read and stops it.</summary>
    private async ValueTask<IReadOnlyList<WorklistEntry>> SearchAsync(WorklistQuery query, int limit, CancellationToken cancellationToken)
    {
        var search = new WorklistSearch(index.Current, query);
        var now = clock.LocalNow;
        if (search.Candidates <= MaxNarrowCandidates) return search.Run(now, limit, cancellationToken);
        await WideSearches.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => search.Run(now, limit, cancellationToken), cancellationToken);
        }
        finally
        {
            WideSearches.Release();
        }
    }
}
