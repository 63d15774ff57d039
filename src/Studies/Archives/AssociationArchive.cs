using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Studies.Archives;

/// <summary>
/// An archive that is asked by C-FIND of the Study Root (PS3.4 C.6.2), and sends us by C-MOVE what is fetched: it has to know us by our AE
/// title.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="options">How it is reached.</param>
/// <param name="pace">How often it is asked.</param>
/// <param name="awaited">Gets what it sends.</param>
/// <param name="clock">Time.</param>
public sealed class AssociationArchive(
    string name, DicomClientOptions options, RequestPace pace, AwaitedInstances awaited, TimeProvider clock) : IForeignArchive
{
    public string Name => name;

    public async Task<IReadOnlyList<ListedStudy>> ListAsync(StudyKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var keys = Keys("STUDY", ListedAttributes.OfStudy);
        if (key.StudyInstanceUid is { } uid) keys.Set(Tags.StudyInstanceUid, uid);
        else keys.Set(Tags.StudyDate, key.Range);
        var found = await FindAsync(keys, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(ListedStudies.Of).OfType<ListedStudy>().DistinctBy(static study => study.StudyInstanceUid)];
    }

    public async IAsyncEnumerable<DataSet> DescribeAsync(
        string studyInstanceUid, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ofStudy = Keys("STUDY", ListedAttributes.OfStudy).Set(Tags.StudyInstanceUid, studyInstanceUid);
        if (await FindAsync(ofStudy, cancellationToken).ConfigureAwait(false) is not [var study, ..]) yield break;
        var ofSeries = Keys("SERIES", ListedAttributes.OfSeries).Set(Tags.StudyInstanceUid, studyInstanceUid);
        foreach (var series in await FindAsync(ofSeries, cancellationToken).ConfigureAwait(false))
        {
            if (series.GetString(Tags.SeriesInstanceUid) is not { } seriesUid) continue;
            var ofInstances = Keys("IMAGE", ListedAttributes.OfInstance)
                .Set(Tags.StudyInstanceUid, studyInstanceUid).Set(Tags.SeriesInstanceUid, seriesUid);
            foreach (var instance in await FindAsync(ofInstances, cancellationToken).ConfigureAwait(false))
                yield return Over(Over(study.Copy(), series), instance);
        }
    }

    public async Task FetchAsync(InstanceUids instance, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(read);
        var pipe = new Pipe();
        var expected = awaited.Expect(options.CalledAe, instance.Instance, pipe.Writer);
        var reading = ReadAsync();
        ForeignArchiveException? fault = null;
        try
        {
            await AskAsync(client => MoveAsync(client, instance, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (!expected.HasCome)
                fault = new ForeignArchiveException(ForeignArchiveFault.NotThere, $"The archive {name} does not have it any more.");
        }
        catch (ForeignArchiveException e)
        {
            fault = e;
        }

        awaited.Forget(options.CalledAe, instance.Instance);
        // What has not come will not come now; what has begun to come ends with its association.
        if (!expected.HasCome) await pipe.Writer.CompleteAsync(fault).ConfigureAwait(false);
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception e) when (fault is null && e is not ForeignArchiveException)
        {
            fault = new ForeignArchiveException(ForeignArchiveFault.Unreachable, $"What the archive {name} sends breaks off.", e);
        }
        catch (Exception) when (fault is not null)
        {
            // It is told why.
        }

        if (fault is not null) throw fault;

        async Task ReadAsync()
        {
            try
            {
                await read(pipe.Reader.AsStream(leaveOpen: true), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // Who sends is not kept waiting by one who reads no more.
                await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task MoveAsync(DicomClient client, InstanceUids instance, CancellationToken cancellationToken)
    {
        var keys = new DataSet().Set(Tags.QueryRetrieveLevel, "IMAGE").Set(Tags.StudyInstanceUid, instance.Study)
            .Set(Tags.SeriesInstanceUid, instance.Series).Set(Tags.SopInstanceUid, instance.Instance);
        await client.MoveAsync(Uids.StudyRootMove, keys, options.CallingAe, cancellationToken).ConfigureAwait(false);
    }

    private static DataSet Over(DataSet upper, DataSet lower)
    {
        foreach (var element in lower)
        {
            if (!element.IsEmpty) upper.Add(element);
        }

        return upper;
    }

    private static DataSet Keys(string level, Tag[] tags)
    {
        var keys = new DataSet();
        foreach (var tag in tags) keys.SetEmpty(tag);
        return keys.Set(Tags.QueryRetrieveLevel, level);
    }

    private async Task<IReadOnlyList<DataSet>> FindAsync(DataSet keys, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<DataSet>();
        await AskAsync(async client =>
        {
            await foreach (var (_, identifier) in client.FindAsync(Uids.StudyRootFind, keys, cancellationToken).ConfigureAwait(false))
                found.Add(identifier);
        }, cancellationToken).ConfigureAwait(false);
        return found;
    }

    private async Task AskAsync(Func<DicomClient, Task> ask, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = await DicomClient.ConnectAsync(options, clock, cancellationToken).ConfigureAwait(false);
            await ask(client).ConfigureAwait(false);
            await client.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException e)
        {
            throw e.Error switch
            {
                DicomNetworkError.TimedOut =>
                    new ForeignArchiveException(ForeignArchiveFault.TimedOut, $"The archive {name} does not answer in time.", e),
                DicomNetworkError.FailureStatus or DicomNetworkError.ContextNotAccepted or DicomNetworkError.Rejected =>
                    new ForeignArchiveException(ForeignArchiveFault.Refused, $"The archive {name} refuses ({e.Error} {e.Status:X4}).", e),
                _ => new ForeignArchiveException(ForeignArchiveFault.Unreachable, $"The archive {name} cannot be reached.", e),
            };
        }
    }
}
