using System.IO.Pipelines;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Studies;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Commitment;

/// <summary>Sends instances under a title, and looks at what the engine sends on.</summary>
internal static class SentInstances
{
    private const string Sc = Uids.SecondaryCaptureImageStorage;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>C-STORE on one association; gives the SOP Instance UIDs.</summary>
    public static async Task<IReadOnlyList<string>> StoreAsync(TestedEngine engine, string calling, params IReadOnlyList<byte[]> files)
    {
        await using var client = await DicomClient.ConnectAsync(new DicomClientOptions
        {
            Host = "127.0.0.1", Port = engine.DicomPort, CallingAe = calling, CalledAe = "CLOUDPACS", Contexts = [new(Sc, TransferSyntax.ExplicitVrLittleEndian)],
        }, TimeProvider.System, Token);
        var uids = new List<string>();
        foreach (var file in files)
        {
            uids.Add(StudyFiles.Read(file).GetString(Tags.SopInstanceUid)!);
            var reader = PipeReader.Create(new MemoryStream(StudyFiles.DataSetOf(file)));
            Assert.Equal(StoreResult.Success, await client.StoreAsync(Sc, uids[^1], TransferSyntax.ExplicitVrLittleEndian, reader, Token));
        }

        await client.ReleaseAsync(Token);
        return uids;
    }

    /// <summary>Instances of one series.</summary>
    public static byte[][] Series(string study, int count)
    {
        var series = StudyFiles.Uid();
        return [.. Enumerable.Range(1, count).Select(number => StudyFiles.Create(study, series, patient: study[^12..], number: number))];
    }

    /// <summary>Deliveries whose control id or key is this, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(TestedEngine engine, string id) =>
    [
        .. JsonNode.Parse(await engine.GetAsync("/api/deliveries?limit=1000"))!["deliveries"]!.AsArray().Select(static row => row!)
            .Where(row => row["controlId"]!.ToString() == id || row["order"]!.ToString() == id).Reverse()
    ];

    /// <summary>Waits until the deliveries of a study to one destination are in these states, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> WaitForStatesAsync(TestedEngine engine, string destination, string study, params string[] states)
    {
        IReadOnlyList<JsonNode> rows = [];
        for (var left = 1000; left > 0; left--, await Task.Delay(30, Token))
        {
            rows = [.. (await DeliveriesAsync(engine, study)).Where(row => row["destination"]!.ToString() == "dicom:" + destination)];
            if (rows.Select(static row => row["state"]!.ToString()).SequenceEqual(states)) return rows;
        }

        Assert.Fail($"The deliveries are {string.Join(", ", rows.Select(static row => $"{row["state"]} ({row["lastError"]})"))}, and should be {string.Join(", ", states)}.");
        return rows;
    }
}
