using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>
/// Broken files and broken bodies at the door that stores: each is refused with a reason or stored as it came, none takes long, and the engine
/// goes on. Some hundreds, with <c>CLOUDPACS_LONG=1</c> 100,000; <c>CLOUDPACS_CASES</c> and <c>CLOUDPACS_SEED</c> make a part of them, or others.
/// </summary>
public sealed class HostileStoreTests : IAsyncDisposable
{
    private const int Senders = 4;
    private const long MostMemory = 1536L << 20;
    private static readonly int Cases = Number("CLOUDPACS_CASES", Environment.GetEnvironmentVariable("CLOUDPACS_LONG") == "1" ? 100_000 : 400);
    private static readonly int Seed = Number("CLOUDPACS_SEED", 20_261_130);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly HttpStatusCode[] Expected =
        [HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.Conflict, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType];

    private readonly EngineProcess _engine = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private readonly ConcurrentBag<string> _stored = [];
    private readonly ConcurrentBag<(StoreBody Body, TimeSpan Taken)> _slow = [];
    private readonly ConcurrentDictionary<string, byte> _sent = new(StringComparer.Ordinal);
    private int _refused, _read;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static byte[][] Sources
    {
        get
        {
            var image = new SentImage("1.2.826.0.1.3680043.10.9.33.1234567890123456", "HO-1") { Accession = "HO1", Comments = new string('c', 300) };
            var study = "1.2.826.0.1.3680043.10.9.33.2234567890123456";
            return
            [
                .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Protocols", "Pixels", "Data"), "*.dcm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
                image.File(), new SentNote("113001", image with { Study = image.Study[..^1] + "7" }).File(), StudyFiles.CreateVideo(study),
                StudyFiles.Create(study, study + ".1", TransferSyntax.ImplicitVrLittleEndian, pixelBytes: 2000),
                StudyFiles.Create(study, study + ".2", TransferSyntax.ExplicitVrBigEndian, pixelBytes: 2000),
                StudyFiles.Create(study, study + ".3", TransferSyntax.DeflatedExplicitVrLittleEndian, pixelBytes: 2000),
            ];
        }
    }

    [Fact]
    public async Task Broken_files_and_bodies_are_refused_with_a_reason_or_stored_as_they_came()
    {
        await _engine.StartAsync();
        var files = Cases * 9 / 10;
        var made = await RunAsync(files, static body => body.NextOfFiles());
        await CheckStoredAsync();
        made += await RunAsync(Cases - files, static body => body.NextOfMetadata());
        await ReadAsync(_stored.Distinct(StringComparer.Ordinal).Take(Math.Max(100, Cases / 50)), static (_, _) => { });

        foreach (var (body, taken) in _slow.OrderByDescending(static one => one.Taken).Take(20)) await CheckTimeAsync(body, taken);
        Assert.Equal("ready", await _engine.GetAsync("/health/ready"));
        Assert.DoesNotContain("Exception", _engine.Errors, StringComparison.Ordinal);
        Assert.True(_engine.PeakMemory < MostMemory, $"{_engine.PeakMemory >> 20} MiB");
        await CheckGoesOnAsync();
        TestContext.Current.SendDiagnosticMessage(
            $"{made} cases: {_stored.Count} stored, {_refused} refused, {_read} read back, {_slow.Count} took over {Longest.TotalSeconds} s once, peak {_engine.PeakMemory >> 20} MiB");
        Assert.True(_stored.Count > made / 20 && _refused > made / 5, $"{_stored.Count} stored, {_refused} refused of {made}");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _engine.DisposeAsync();
    }

    /// <returns>How many cases were sent: each file of a body, and each body without files.</returns>
    private async Task<int> RunAsync(int cases, Func<MutatedBody, StoreBody> next)
    {
        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            var random = new Random(Seed + sender);
            var bodies = new MutatedBody(random, new MutatedFile(random, Sources));
            for (var mine = 0; mine < cases / Senders;)
            {
                var body = next(bodies);
                foreach (var file in body.Files) _sent.TryAdd(DigestOf(file), 0);
                var started = Stopwatch.GetTimestamp();
                await SendAsync(body);
                if (Stopwatch.GetElapsedTime(started) is var taken && taken > Longest) _slow.Add((body, taken));
                mine += Math.Max(1, body.Files.Count);
                Interlocked.Add(ref made, Math.Max(1, body.Files.Count));
            }
        }));
        return made;
    }

    private async Task SendAsync(StoreBody body)
    {
        var (status, type, answer) = await PostAsync(body);
        if (!Expected.Contains(status)) Fail(body, $"{status}: {Encoding.UTF8.GetString(answer)}");
        if (type != "application/dicom+json")
        {
            // What is no store request at all is refused as a problem, with its reason.
            if (type != "application/problem+json" || (int)status < 400 || answer.Length == 0) Fail(body, $"{status} {type}");
            Interlocked.Increment(ref _refused);
            return;
        }

        Assert.True(DicomJson.TryRead(answer, static _ => ReadOnlyMemory<byte>.Empty, out var read, out var error), error);
        var told = Assert.Single(read);
        var stored = told.GetItems(Tags.ReferencedSopSequence);
        var refused = told.GetItems(Tags.FailedSopSequence).Concat(told.GetItems(new Tag(0x0008, 0x119A))).ToList();
        Assert.True(refused.TrueForAll(static one => one.GetInt32(Tags.FailureReason) is > 0), Encoding.UTF8.GetString(answer));
        if (body.Told is { } parts && parts != stored.Count + refused.Count) Fail(body, $"{stored.Count} + {refused.Count} of {parts} parts are told of");
        foreach (var one in stored) _stored.Add(one.GetString(Tags.RetrieveUrl)!);
        Interlocked.Add(ref _refused, refused.Count);
    }

    private async Task<(HttpStatusCode Status, string? Type, byte[] Body)> PostAsync(StoreBody body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_engine.HttpPort}/dicomweb/studies") { Content = new ByteArrayContent(body.Bytes) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", body.Type);
        request.Headers.Add("Accept", "application/dicom+json");
        using var response = await SendAsync(request, body);
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(Token));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, StoreBody body)
    {
        try
        {
            return await _http.SendAsync(request, Token);
        }
        catch (HttpRequestException e)
        {
            Fail(body, $"{e.Message} {e.InnerException?.Message}\n{_engine.Errors}");
            throw;
        }
    }

    /// <summary>Each record has the bytes of its row, and what goes out as it is stored is what was sent.</summary>
    private async Task CheckStoredAsync()
    {
        var check = await new OperatorDesk(_engine).ReadAsync("archive", "check", "--through");
        Assert.Empty(check["found"]!.AsArray());
        await using var database = new EngineDatabase(_engine);
        var rows = await database.ListAsync(
            "SELECT sop_instance_uid FROM instance WHERE state = 0 AND transfer_syntax_uid NOT IN ('1.2.840.10008.1.2', '1.2.840.10008.1.2.2') ORDER BY id", static row => row.GetString(0));
        Assert.NotEmpty(rows);
        // Implicit VR and big endian never travel over HTTP (PS3.18 8.7.3).
        var asTheyCame = rows.ToHashSet(StringComparer.Ordinal);
        var compared = _stored.Distinct(StringComparer.Ordinal).Where(address => asTheyCame.Contains(address[(address.LastIndexOf('/') + 1)..])).Take(Math.Max(200, Cases / 20));
        await ReadAsync(compared, (address, file) => Assert.True(_sent.ContainsKey(DigestOf(file)), $"{address} is not what was sent"));
    }

    /// <summary>What was stored is read in the ways in which its faults could do harm.</summary>
    private async Task ReadAsync(IEnumerable<string> addresses, Action<string, byte[]> check)
    {
        foreach (var address in addresses)
        {
            foreach (var (path, accept) in new[] { ("", DicomWebViewer.AnyFile), ("/metadata", "application/dicom+json"), ("/rendered", "*/*"), ("/frames/1", "*/*") })
            {
                var started = Stopwatch.GetTimestamp();
                using var request = new HttpRequestMessage(HttpMethod.Get, address + path);
                request.Headers.TryAddWithoutValidation("Accept", accept);
                using var answer = await _http.SendAsync(request, Token);
                var body = await answer.Content.ReadAsByteArrayAsync(Token);
                // A frame that cannot be decoded is the fault of what is stored, and its answer says so.
                var isTold = answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.NotAcceptable or HttpStatusCode.RequestEntityTooLarge
                    || (answer.StatusCode == HttpStatusCode.InternalServerError && answer.Content.Headers.ContentType?.MediaType == "application/problem+json");
                Assert.True(isTold, $"{address}{path}: {answer.StatusCode} {Encoding.UTF8.GetString(body)}");
                Assert.True(Stopwatch.GetElapsedTime(started) < 10 * Longest, $"{address}{path} takes {Stopwatch.GetElapsedTime(started)}");
                if (path.Length == 0 && answer.StatusCode == HttpStatusCode.OK) check(address, body);
                _read++;
            }
        }
    }

    /// <summary>What took long beside others is sent again alone: a busy machine is no fault of the body.</summary>
    private async Task CheckTimeAsync(StoreBody body, TimeSpan before)
    {
        for (var left = 5; ; left--)
        {
            var started = Stopwatch.GetTimestamp();
            await PostAsync(body);
            if (Stopwatch.GetElapsedTime(started) < Longest) return;
            if (left == 0) Fail(body, $"takes {Stopwatch.GetElapsedTime(started)}, {before} before");
        }
    }

    private async Task CheckGoesOnAsync()
    {
        using var viewer = new DicomWebViewer(_engine);
        var image = new SentImage("1.2.826.0.1.3680043.10.9.33.9", "HO-9");
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File())).Status);
        Assert.Equal(image.File(), (await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Body);
    }

    /// <summary>Of what follows the head: a data set that came without one goes out with one.</summary>
    private static string DigestOf(byte[] file)
    {
        var head = new Part10Head();
        if (!head.Feed(file, out _)) head.Finish(out _);
        return Convert.ToHexString(SHA256.HashData(file.AsSpan(Math.Min(file.Length, head.DataSetOffset))));
    }

    /// <summary>Leaves the body behind, for who has to find out.</summary>
    [DoesNotReturn]
    private static void Fail(StoreBody body, string what)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"cloudpacs-hostile-{Convert.ToHexString(SHA256.HashData(body.Bytes))[..12]}"));
        File.WriteAllBytes(path, body.Bytes);
        Assert.Fail($"{what}: {body.Type}, {body.Bytes.Length} bytes in {path}");
    }
}
