using System.Buffers;
using System.Diagnostics;
using System.Net;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Dicom;

/// <summary>Instances that DCMTK's storescu sends, read as streams; and sent on to its storescp.</summary>
public sealed class StoreTests : IDisposable
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 7))];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-store");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("-xe", "4096")]
    [InlineData("-xi", "131072")]
    public async Task Dcmtk_stores_instances_that_are_read_while_they_come(string syntax, string pduBytes)
    {
        Tool.SkipWithout("storescu");
        var received = new List<DataSet>();
        await using var server = await StartAsync(async (request, token) =>
        {
            var bytes = new MemoryStream();
            await request.DataSet.CopyToAsync(bytes, token);
            received.Add(DataSetReader.Read(bytes.ToArray(), request.TransferSyntax));
            return StoreResult.Success;
        });
        var files = new[] { "1.2.3.1", "1.2.3.2" }.Select(Write).ToArray();

        // One association for both; +v says what was answered.
        var result = await Tool.RunAsync(
            "storescu", ["-v", syntax, "--max-pdu", pduBytes, "-aec", "CLOUDPACS", "127.0.0.1", $"{server.EndPoint.Port}", .. files]);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Equal(["1.2.3.1", "1.2.3.2"], received.Select(dataSet => dataSet.GetString(Tags.SopInstanceUid)));
        Assert.All(received, dataSet => Assert.Equal(Pixels, PixelsOf(dataSet)));
    }

    [Fact]
    public async Task Dcmtk_hears_of_a_failure_that_was_decided_before_it_had_sent_all()
    {
        Tool.SkipWithout("storescu");
        await using var server = await StartAsync((_, _) => new(new StoreResult(DimseStatus.OutOfResources, "No room")));

        var result = await Tool.RunAsync("storescu", "-v", "-aec", "CLOUDPACS", "127.0.0.1", $"{server.EndPoint.Port}", Write("1.2.3.1"));

        Assert.Contains("OutOfResources", result.Output + result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_instance_is_sent_on_while_it_comes()
    {
        Tool.SkipWithout("storescu");
        Tool.SkipWithout("storescp");
        var port = Ports.Free();
        using var peer = Process.Start(Tool.Start("storescp", "-od", _folder.CreateSubdirectory("sent").FullName, $"{port}"))!;
        try
        {
            await using var client = await ConnectAsync(peer, port);
            await using var server = await StartAsync(async (request, token) =>
                await client.StoreAsync(request.SopClassUid, request.SopInstanceUid, request.TransferSyntax, request.DataSet, token));

            var result = await Tool.RunAsync("storescu", "-v", "-aec", "CLOUDPACS", "127.0.0.1", $"{server.EndPoint.Port}", Write("1.2.3.1"));

            Assert.True(result.ExitCode == 0, result.Output + result.Errors);
            var sent = Part10.Read(await File.ReadAllBytesAsync(_folder.GetFiles("sent/*").Single().FullName, Token)).DataSet;
            Assert.Equal(Pixels, PixelsOf(sent));
        }
        finally
        {
            peer.Kill();
        }
    }

    private static byte[] PixelsOf(DataSet dataSet)
    {
        Assert.True(dataSet.TryGet(Tags.PixelData, out var pixels));
        return pixels.Bytes.ToArray();
    }

    private static async Task<DicomClient> ConnectAsync(Process peer, int port)
    {
        var options = new DicomClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            CallingAe = "CLOUDPACS",
            CalledAe = "STORESCP",
            Contexts = [ProposedContext.LittleEndian(Uids.SecondaryCaptureImageStorage)],
        };
        while (true)
        {
            try
            {
                return await DicomClient.ConnectAsync(options, TimeProvider.System, Token);
            }
            catch (DicomNetworkException e) when (e.Error == DicomNetworkError.ConnectFailed && !peer.HasExited)
            {
                // It does not say when it listens: asking again is all that can be done.
                await Task.Delay(50, Token);
            }
        }
    }

    private static async Task<DicomServer> StartAsync(Func<StoreRequest, CancellationToken, ValueTask<StoreResult>> store)
    {
        var services = new Dictionary<string, IDimseService> { [Uids.SecondaryCaptureImageStorage] = new Archive(store) };
        var options = new DicomServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var server = new DicomServer(options, services, AcceptAllPolicy.Instance, null, TimeProvider.System);
        await server.StartAsync(Token);
        return server;
    }

    private string Write(string instance)
    {
        var dataSet = new DataSet()
            .Set(Tags.SopClassUid, Uids.SecondaryCaptureImageStorage)
            .Set(Tags.SopInstanceUid, instance)
            .Set(Tags.PatientName, "Doe^John");
        dataSet.SetBytes(Tags.PixelData, VR.OW, Pixels);
        var bytes = new ArrayBufferWriter<byte>();
        var meta = Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, instance, TransferSyntax.ExplicitVrLittleEndian);
        Part10.Write(meta, dataSet, bytes, SpecificCharacterSet.Default);
        var path = Path.Combine(_folder.FullName, instance + ".dcm");
        File.WriteAllBytes(path, bytes.WrittenSpan);
        return path;
    }

    private sealed class Archive(Func<StoreRequest, CancellationToken, ValueTask<StoreResult>> store) : IStoreService
    {
        public ValueTask<StoreResult> StoreAsync(StoreRequest request, CancellationToken cancellationToken) => store(request, cancellationToken);
    }
}
