using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Integration.Tests.Worklist;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Querying;

/// <summary>A server that has the sample studies, and is asked by C-FIND and QIDO-RS.</summary>
/// <param name="dicomPort">Port of its DICOM services.</param>
/// <param name="aeTitle">Its AE title.</param>
/// <param name="webAddress">Root of its DICOMweb services.</param>
/// <param name="isEncoded">
/// Whether it understands values that are percent-encoded (RFC 3986 2.1); one that does not gets them as they are, as far as a request can hold them.
/// </param>
internal sealed class QueryServer(int dicomPort, string aeTitle, string webAddress, bool isEncoded) : IDisposable
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// What it answers: patients by their id, all others by the end of their UIDs, in the order of texts, with blanks between; "refused" when
    /// it refuses.
    /// </summary>
    public async Task<string> AskAsync(StudyQueryCase query)
    {
        var found = query.Door == QueryDoor.Web ? await SearchAsync(query) : await FindAsync(query);
        return found is null ? "refused" : string.Join(' ', found.Select(static uid => uid.Replace(SampleStudies.Root, "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _http.Dispose();

    private static Tag UniqueKey(string level) => level switch
    {
        "PATIENT" => Tags.PatientId,
        "STUDY" => Tags.StudyInstanceUid,
        "SERIES" => Tags.SeriesInstanceUid,
        _ => Tags.SopInstanceUid,
    };

    private async Task<List<string>?> FindAsync(StudyQueryCase query)
    {
        var model = query.Door == QueryDoor.PatientRoot ? Uids.PatientRootFind : Uids.StudyRootFind;
        var unique = UniqueKey(query.Level);
        var keys = QueryKeys.Parse(query.Keys).Set(Tags.SpecificCharacterSet, "ISO_IR 192").Set(Tags.QueryRetrieveLevel, query.Level);
        if (!keys.Contains(unique)) keys.SetEmpty(unique);
        await using var client = await DicomClient.ConnectAsync(
            new DicomClientOptions { Host = "127.0.0.1", Port = dicomPort, CallingAe = "MODALITY", CalledAe = aeTitle, Contexts = [ProposedContext.LittleEndian(model)] },
            TimeProvider.System, Token);
        var found = new List<string>();
        try
        {
            await foreach (var answer in client.FindAsync(model, keys, Token)) found.Add(answer.Identifier.GetString(unique) ?? "?");
        }
        catch (DicomNetworkException e) when (e.Status is not null)
        {
            return null;
        }

        await client.ReleaseAsync(Token);
        return found;
    }

    private async Task<List<string>?> SearchAsync(StudyQueryCase query)
    {
        var unique = UniqueKey(query.Level);
        var parameters = query.Keys.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static key => key.Split('=', 2))
            .Select(static key => (Name: key[0].Replace('>', '.'), Value: key[1])).ToList();
        var path = "/" + query.Level switch { "STUDY" => "studies", "SERIES" => "series", _ => "instances" };
        // Keys of a data set, by their digits: what a backslash separates there a comma does here (PS3.18 8.3.4.1.1).
        parameters = parameters.ConvertAll(static parameter => char.IsDigit(parameter.Name[0]) ? (parameter.Name, parameter.Value.Replace('\\', ',')) : parameter);
        // One study or series above the level stands in the path.
        foreach (var (name, collection) in new[] { ("0020000E", "series"), ("0020000D", "studies") })
        {
            if (collection == path[1..] || parameters.Find(parameter => parameter.Name == name) is not (not null, var uid) || !VrRules.IsUid(uid)) continue;
            if (name == "0020000E" && !parameters.Exists(static parameter => parameter.Name == "0020000D")) continue;
            path = $"/{collection}/{uid}{path}";
            parameters.RemoveAll(parameter => parameter.Name == name);
        }

        var asked = string.Join('&', parameters.Append(("limit", "5000")).Select(parameter => $"{parameter.Item1}={Encode(parameter.Item2)}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{webAddress}{path}?{asked}", AsWritten));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/dicom+json"));
        using var answer = await _http.SendAsync(request, Token);
        if (!answer.IsSuccessStatusCode) return null;
        var body = await answer.Content.ReadAsStringAsync(Token);
        return body.Length == 0 ? [] : [.. JsonNode.Parse(body)!.AsArray().Select(found => (string?)found![$"{unique.Group:X4}{unique.Element:X4}"]?["Value"]?[0] ?? "?")];
    }

    private string Encode(string value) => isEncoded
        ? Uri.EscapeDataString(value)
        : string.Concat(value.Select(static letter => char.IsAscii(letter) && letter is > ' ' and not ('%' or '#' or '&' or '+') ? $"{letter}" : Uri.EscapeDataString($"{letter}")));
}
