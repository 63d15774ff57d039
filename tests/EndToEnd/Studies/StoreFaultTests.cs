using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Studies;

/// <summary>Senders that name one thing and send another, or go away in the middle.</summary>
public sealed class StoreFaultTests(StudyEngine shared)
{
    private const string Root = "1.2.826.0.1.3680043.10.9.35.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_set_that_is_another_instance_than_its_request_says_is_refused()
    {
        var engine = await shared.GetAsync();
        var image = new SentImage(Root + "2", "SF-2");
        await using var client = await ConnectAsync(engine);

        var refused = await Assert.ThrowsAsync<DicomNetworkException>(() => client.StoreAsync(
            Uids.SecondaryCaptureImageStorage, image.Instance + ".9", TransferSyntax.ExplicitVrLittleEndian, PipeReader.Create(new ReadOnlySequence<byte>(StudyFiles.DataSetOf(image.File()))), Token));

        Assert.Equal((ushort?)0xA900, refused.Status);
        using var viewer = new DicomWebViewer(engine);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={image.Study}"));
    }

    [Fact]
    public async Task A_sender_that_goes_away_in_the_middle_leaves_nothing_behind()
    {
        var engine = await shared.GetAsync();
        var image = new SentImage(Root + "3", "SF-3") { Rows = 20_000 };
        var dataSet = StudyFiles.DataSetOf(image.File());
        await using (var client = await ConnectAsync(engine))
        {
            var source = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await source.Writer.WriteAsync(dataSet.AsMemory(0, dataSet.Length / 2), Token);
            await source.Writer.CompleteAsync(new IOException("The disk is gone"));
            await Assert.ThrowsAsync<IOException>(() => client.StoreAsync(Uids.SecondaryCaptureImageStorage, image.Instance, TransferSyntax.ExplicitVrLittleEndian, source.Reader, Token));
        }

        using var viewer = new DicomWebViewer(engine);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={image.Study}"));
        await using var database = new EngineDatabase(engine);
        Assert.Equal(0, await database.CountAsync($"quarantined_instance WHERE sop_instance_uid = '{image.Instance}'"));
        // The whole of it is taken as if nothing had been.
        Assert.Equal(HttpStatusCode.OK, (await viewer.StoreAsync(image.File())).Status);
        Assert.Equal(image.File(), (await viewer.GetAsync(image.Path, DicomWebViewer.AnyFile)).Body);
        Assert.Empty((await new OperatorDesk(engine).ReadAsync("archive", "check"))["found"]!.AsArray());
    }

    [Fact]
    public async Task What_is_of_another_study_than_the_address_is_refused_and_the_rest_is_stored()
    {
        var engine = await shared.GetAsync();
        var (image, stray) = (new SentImage(Root + "4", "SF-4"), new SentImage(Root + "5", "SF-4"));
        using var parts = new MultipartContent("related", "cloudpacs-e2e");
        parts.Headers.ContentType!.Parameters.Add(new NameValueHeaderValue("type", "\"application/dicom\""));
        foreach (var one in new[] { stray, image }) parts.Add(new ByteArrayContent(one.File()) { Headers = { ContentType = new MediaTypeHeaderValue("application/dicom") } });
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{engine.HttpPort}/dicomweb/studies/{image.Study}") { Content = parts };
        request.Headers.Add("Accept", "application/dicom+json");

        using var answer = await http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.True(DicomJson.TryRead(await answer.Content.ReadAsByteArrayAsync(Token), static _ => ReadOnlyMemory<byte>.Empty, out var told, out var error), error);
        Assert.Equal(image.Instance, Assert.Single(told[0].GetItems(Tags.ReferencedSopSequence)).GetString(Tags.ReferencedSopInstanceUid));
        var refused = Assert.Single(told[0].GetItems(Tags.FailedSopSequence));
        Assert.Equal((stray.Instance, 43265), (refused.GetString(Tags.ReferencedSopInstanceUid), refused.GetInt32(Tags.FailureReason)));
        using var viewer = new DicomWebViewer(engine);
        Assert.Empty(await viewer.SearchAsync($"studies?StudyInstanceUID={stray.Study}"));
    }

    private static Task<DicomClient> ConnectAsync(TestedEngine engine) => DicomClient.ConnectAsync(
        new DicomClientOptions
        {
            Host = "127.0.0.1", Port = engine.DicomPort, CallingAe = "CT7", CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.SecondaryCaptureImageStorage)],
        }, TimeProvider.System, Token);
}
