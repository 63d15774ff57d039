using System.Globalization;
using System.Text.Json;

namespace CloudPacs.Studies.Archives;

/// <summary>
/// The list of changes of an Orthanc, which tells of each instance that came. It does not tell of what was deleted: a walk finds that.
/// </summary>
/// <param name="name">Name of the archive.</param>
/// <param name="root">Address of its own interface, without a final slash.</param>
/// <param name="http">How it is asked.</param>
/// <param name="pace">How often.</param>
public sealed class OrthancFeed(string name, string root, ArchiveHttp http, RequestPace pace)
{
    private const int PageSize = 500;
    private const int MostBytes = 64 * 1024 * 1024;
    private const string Json = "application/json";

    /// <summary>Whether the archive is an Orthanc: what stands above the root of its DICOMweb services says so.</summary>
    public async Task<bool> IsOrthancAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var system = await ReadAsync("/system", cancellationToken).ConfigureAwait(false);
            return system.RootElement is { ValueKind: JsonValueKind.Object } told
                && told.TryGetProperty("DicomAet", out _) && told.TryGetProperty("DatabaseVersion", out _);
        }
        catch (ForeignArchiveException e) when (e.Fault is ForeignArchiveFault.NotThere or ForeignArchiveFault.Refused)
        {
            return false;
        }
    }

    /// <summary>The studies that got instances since.</summary>
    /// <param name="since">The last change that was followed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<OrthancChanges> ReadAsync(long since, CancellationToken cancellationToken)
    {
        var page = await PageAsync(since, cancellationToken).ConfigureAwait(false);
        // Its database is another one than before: it has been set up anew.
        if (page.Last < since) page = await PageAsync(since: 0, cancellationToken).ConfigureAwait(false);
        var studies = new HashSet<string>(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var instance in page.Instances)
        {
            if (known.Contains(instance)) continue;
            try
            {
                using var study = await ReadAsync($"/instances/{instance}/study", cancellationToken).ConfigureAwait(false);
                var id = study.RootElement.GetProperty("ID").GetString();
                if (study.RootElement.GetProperty("MainDicomTags").TryGetProperty("StudyInstanceUID", out var uid))
                    studies.Add(uid.GetString()!);
                // The others of the study have no need to be asked for.
                using var others = await ReadAsync($"/studies/{id}/instances", cancellationToken).ConfigureAwait(false);
                foreach (var other in others.RootElement.EnumerateArray()) known.Add(other.GetProperty("ID").GetString()!);
            }
            catch (ForeignArchiveException e) when (e.Fault == ForeignArchiveFault.NotThere)
            {
                // Deleted since.
            }
            catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
            {
                throw Unreadable(e);
            }
        }

        return new OrthancChanges([.. studies], page.Last, page.IsDone);
    }

    private async Task<(List<string> Instances, long Last, bool IsDone)> PageAsync(long since, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/changes?since={since}&limit={PageSize}");
        using var page = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            List<string> instances =
            [
                .. page.RootElement.GetProperty("Changes").EnumerateArray()
                    .Where(static change => change.GetProperty("ChangeType").GetString() == "NewInstance")
                    .Select(static change => change.GetProperty("ID").GetString()!),
            ];
            return (instances, page.RootElement.GetProperty("Last").GetInt64(), page.RootElement.GetProperty("Done").GetBoolean());
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unreadable(e);
        }
    }

    private async Task<JsonDocument> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        var json = await http.GetAsync(root + path, Json, MostBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }
    }

    private ForeignArchiveException Unreadable(Exception e) =>
        new(ForeignArchiveFault.Refused, $"What the archive {name} answers cannot be read.", e);
}

/// <summary>A page of changes.</summary>
/// <param name="Studies">UIDs of the studies that got instances.</param>
/// <param name="Last">The last change that is in it.</param>
/// <param name="IsDone">There are no more at the moment.</param>
public sealed record OrthancChanges(IReadOnlyList<string> Studies, long Last, bool IsDone);
