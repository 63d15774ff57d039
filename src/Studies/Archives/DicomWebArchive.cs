using System.Globalization;
using System.Runtime.CompilerServices;
using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Multipart;
using CloudPacs.DicomWeb.Negotiation;

namespace CloudPacs.Studies.Archives;

/// <summary>An archive that is asked over DICOMweb: QIDO-RS and WADO-RS (PS3.18 10.6, 10.4).</summary>
/// <param name="name">Its name.</param>
/// <param name="root">Root of its services, without a final slash.</param>
/// <param name="http">How it is asked.</param>
/// <param name="pace">How often.</param>
public sealed class DicomWebArchive(string name, string root, ArchiveHttp http, RequestPace pace) : IForeignArchive
{
    /// <summary>What an archive that keeps no order loses between two pages, the next walk finds.</summary>
    private const int PageSize = 200;

    private const int MostBytes = 64 * 1024 * 1024;

    private static readonly string InstanceFields = string.Join(',', ListedAttributes.OfInstance.Select(static tag => Hex(tag)));

    public string Name => name;

    public async Task<IReadOnlyList<ListedStudy>> ListAsync(StudyKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var condition = key.StudyInstanceUid is { } uid
            ? "StudyInstanceUID=" + uid
            : "StudyDate=" + key.Range;
        var found = new Dictionary<string, ListedStudy>(StringComparer.Ordinal);
        var address = $"{root}/studies?{condition}&includefield=00201208";
        await foreach (var study in SearchAsync(address, cancellationToken).ConfigureAwait(false))
        {
            if (ListedStudies.Of(study) is { } listed) found[listed.StudyInstanceUid] = listed;
        }

        return [.. found.Values];
    }

    public async IAsyncEnumerable<DataSet> DescribeAsync(
        string studyInstanceUid, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var study = $"{root}/studies/{studyInstanceUid}";
        await foreach (var series in FoundAsync(study + "/series", cancellationToken).ConfigureAwait(false))
        {
            if (series.GetString(Tags.SeriesInstanceUid) is not { } seriesUid) continue;
            DataSet? shared = null;
            var list = $"{study}/series/{seriesUid}/instances";
            await foreach (var instance in FoundAsync($"{list}?includefield={InstanceFields}", cancellationToken).ConfigureAwait(false))
            {
                if (instance.GetString(Tags.SopInstanceUid) is not { } instanceUid) continue;
                // What a list does not have, such as requests and performed steps, the first instance says for its series.
                shared ??= await SharedAsync($"{list}/{instanceUid}/metadata", cancellationToken).ConfigureAwait(false);
                if (shared is null) continue;
                var whole = shared.Copy();
                foreach (var element in instance)
                {
                    if (!element.IsEmpty) whole.Add(element);
                }

                yield return whole;
            }
        }
    }

    public Task FetchAsync(InstanceUids instance, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var address = $"{root}/studies/{instance.Study}/series/{instance.Series}/instances/{instance.Instance}";
        const string AsStored = "multipart/related; type=\"application/dicom\"; transfer-syntax=*";
        return http.GetAsync(address, AsStored, async (type, body, token) =>
        {
            if (MediaTypeText.Read(type) is not { } told) throw Unreadable();
            if (!MultipartType.IsMultipart(told))
            {
                await read(body, token).ConfigureAwait(false);
                return;
            }

            if (MultipartType.Of(told) is not { } multipart) throw Unreadable();
            using var parts = new PartReader(body, multipart.Boundary);
            if (!await parts.NextAsync(token).ConfigureAwait(false)) throw Unreadable();
            try
            {
                await read(parts.OpenBody(), token).ConfigureAwait(false);
            }
            catch (InvalidDataException e) when (parts.Fault != MultipartFault.None)
            {
                throw new ForeignArchiveException(ForeignArchiveFault.Unreachable, $"The answer of the archive {name} breaks off.", e);
            }
        }, cancellationToken);
    }

    /// <summary>What all instances of a series have; null when the instance is not there any more.</summary>
    private async Task<DataSet?> SharedAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadAsync(address, cancellationToken).ConfigureAwait(false) is not [var metadata, ..]) return null;
            var shared = metadata.Copy();
            foreach (var tag in ListedAttributes.OfInstance) shared.Remove(tag);
            shared.Remove(Tags.PixelData);
            return shared;
        }
        catch (ForeignArchiveException e) when (e.Fault == ForeignArchiveFault.NotThere)
        {
            return null;
        }
    }

    /// <summary>A search below a study that is not there finds nothing.</summary>
    private async IAsyncEnumerable<DataSet> FoundAsync(string address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var found = SearchAsync(address, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await found.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (ForeignArchiveException e) when (e.Fault == ForeignArchiveFault.NotThere)
            {
                yield break;
            }

            yield return found.Current;
        }
    }

    private async IAsyncEnumerable<DataSet> SearchAsync(string address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var separator = address.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        for (var offset = 0; ; offset += PageSize)
        {
            var page = string.Create(CultureInfo.InvariantCulture, $"{address}{separator}limit={PageSize}&offset={offset}");
            var found = await ReadAsync(page, cancellationToken).ConfigureAwait(false);
            foreach (var one in found) yield return one;
            if (found.Count < PageSize) yield break;
        }
    }

    private async Task<IReadOnlyList<DataSet>> ReadAsync(string address, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        var json = await http.GetAsync(address, MediaTypes.Json, MostBytes, cancellationToken).ConfigureAwait(false);
        if (json.Length == 0) return [];
        return DicomJson.TryRead(json, static _ => ReadOnlyMemory<byte>.Empty, out var found, out _) ? found : throw Unreadable();
    }

    private ForeignArchiveException Unreadable() =>
        new(ForeignArchiveFault.Refused, $"What the archive {name} answers cannot be read.");

    private static string Hex(Tag tag) => tag.Value.ToString("X8", CultureInfo.InvariantCulture);
}
