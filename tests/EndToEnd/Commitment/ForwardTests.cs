using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Crash;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.EndToEnd.Tests.Studies;
using CloudPacs.Store.Commitments;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Commitment;

/// <summary>What stations send is forwarded to archives, which are asked to commit to it: Orthanc, and one that does as it is told.</summary>
public sealed class ForwardTests(CommitmentEngine engines)
{
    private const string Sc = Uids.SecondaryCaptureImageStorage;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orthanc_gets_what_is_forwarded_as_it_came_commits_to_it_and_is_committed_to()
    {
        var engine = await engines.GetAsync();
        Tool.SkipWithout("Orthanc");
        var (study, other) = (StudyFiles.Uid(), StudyFiles.Uid());
        byte[][] files = [.. SentInstances.Series(study, 4), .. SentInstances.Series(other, 1)];
        // It is away at first.
        var uids = await SentInstances.StoreAsync(engine, CommitmentEngine.ToOrthanc, files);
        await SentInstances.StoreAsync(engine, "KEPT1", SentInstances.Series(StudyFiles.Uid(), 1));
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Orthanc, study, "waiting");

        await using var orthanc = await CommittingOrthanc.StartAsync(CommitmentEngine.Orthanc, engines.OrthancPort, engine.DicomPort);
        var received = await orthanc.FilesAsync(files.Length);
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Orthanc, study, "sent");
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Orthanc, other, "sent");

        Assert.Equal(files.Select(Content).Order(StringComparer.Ordinal), received.Select(Content).Order(StringComparer.Ordinal));
        await using var database = new EngineDatabase(engine);
        for (var left = 1000; left > 0 && await CommittedAsync(database, study, other) < 2; left--) await Task.Delay(30, Token);
        Assert.Equal(2, await CommittedAsync(database, study, other));

        var report = await orthanc.AskCommitmentAsync([.. uids.Select(static uid => (Sc, uid))]);
        Assert.Equal(("Success", uids.Count), (report["Status"]!.ToString(), report["Success"]!.AsArray().Count));
        var missing = StudyFiles.Uid();
        report = await orthanc.AskCommitmentAsync((Sc, uids[0]), (Sc, missing), (Uids.CtImageStorage, uids[1]));
        Assert.Equal("Failure", report["Status"]!.ToString());
        Assert.Equal(uids[0], report["Success"]![0]!["SOPInstanceUID"]!.ToString());
        Assert.Equal(
            [(missing, 0x0112), (uids[1], 0x0119)],
            report["Failures"]!.AsArray().Select(static one => (one!["SOPInstanceUID"]!.ToString(), (int)one["FailureReason"]!)));
    }

    [Fact]
    public async Task What_an_archive_does_not_commit_to_is_sent_once_more_and_then_waits_for_a_person()
    {
        var engine = await engines.GetAsync();
        await using var archive = new CommittingArchive(engines.ArchivePort, engine.DicomPort);
        await archive.ComeAsync();
        var study = StudyFiles.Uid();

        var uids = await SentInstances.StoreAsync(engine, CommitmentEngine.ToArchive, SentInstances.Series(study, 3));
        Assert.True(await archive.WaitAsync(static one => one.Asked.Count == 1));
        var (transaction, asked) = archive.Asked[0];
        Assert.Equal(uids.Order(StringComparer.Ordinal), asked.Select(static one => one.SopInstanceUid).Order(StringComparer.Ordinal));
        var lacking = asked.Where(one => one.SopInstanceUid == uids[1]).ToList();
        Assert.Equal(DimseStatus.Success, (await archive.ReportAsync(transaction, [.. asked.Except(lacking)], lacking)).Status);
        // A report that comes again does nothing again, and one that nobody asked for is refused.
        Assert.Equal(DimseStatus.Success, (await archive.ReportAsync(transaction, [], asked)).Status);
        Assert.Equal(DimseStatus.InvalidArgumentValue, (await archive.ReportAsync(StudyFiles.Uid(), asked, [])).Status);

        Assert.True(await archive.WaitAsync(static one => one.Asked.Count == 2));
        Assert.Equal(lacking, archive.Asked[1].Instances);
        Assert.Equal([.. uids, uids[1]], archive.Stored);
        Assert.NotEqual(transaction, archive.Asked[1].Transaction);
        await archive.ReportAsync(archive.Asked[1].Transaction, [], lacking);
        var rows = await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Archive, study, "sent", "sent", "parked");
        Assert.Equal("The archive did not commit to 1 of 1 instances: 0112H of 1.", rows[2]["lastError"]!.ToString());

        // A person has seen to it.
        using var http = new HttpClient();
        using var retried = await http.PostAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/api/deliveries/{rows[2]["id"]}/retry"), null, Token);
        Assert.True(retried.IsSuccessStatusCode);
        Assert.True(await archive.WaitAsync(static one => one.Asked.Count == 3));
        Assert.Equal(DimseStatus.Success, (await archive.ReportAsync(archive.Asked[2].Transaction, lacking, [])).Status);
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Archive, study, "sent", "sent", "sent");
    }

    [Fact]
    public async Task An_archive_that_refuses_an_instance_gets_the_others_and_one_that_does_not_report_is_asked_again()
    {
        var engine = await engines.GetAsync();
        await using var archive = new CommittingArchive(engines.ArchivePort, engine.DicomPort);
        var (study, refused) = (StudyFiles.Uid(), (string?)null);
        var files = SentInstances.Series(study, 3);
        refused = StudyFiles.Read(files[0]).GetString(Tags.SopInstanceUid);
        archive.Refuse = uid => uid == refused ? (ushort)0xC123 : null;
        await archive.ComeAsync();

        var uids = await SentInstances.StoreAsync(engine, CommitmentEngine.ToArchive, files);
        var row = Assert.Single(await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Archive, study, "parked"));
        Assert.Equal("Of 3 instances were refused: C123H of 1.", row["lastError"]!.ToString());
        Assert.Equal(uids.Skip(1), archive.Stored);
        Assert.Empty(archive.Asked);

        archive.Refuse = static _ => null;
        using var http = new HttpClient();
        using var retried = await http.PostAsync(new Uri($"http://127.0.0.1:{engine.HttpPort}/api/deliveries/{row["id"]}/retry"), null, Token);
        Assert.True(await archive.WaitAsync(static one => one.Asked.Count == 1));
        var (transaction, asked) = archive.Asked[0];
        Assert.Equal(3, asked.Count);

        // No report within the time that is set: sent and asked again; the late report is taken all the same.
        Assert.True(await archive.WaitAsync(static one => one.Asked.Count == 2));
        Assert.Equal(DimseStatus.Success, (await archive.ReportAsync(transaction, asked, [])).Status);
        Assert.Equal(DimseStatus.Success, (await archive.ReportAsync(archive.Asked[1].Transaction, asked, [])).Status);
        await using var database = new EngineDatabase(engine);
        Assert.Equal(2, await CommittedAsync(database, study));
        await SentInstances.WaitForStatesAsync(engine, CommitmentEngine.Archive, study, "sent", "sent");
    }

    [Fact]
    public async Task What_was_stored_is_forwarded_once_it_can_be_whatever_kills_the_engine()
    {
        var port = Ports.Free();
        await using var engine = await EngineProcess.StartNewAsync(
            ("DICOM__DESTINATIONS__ARCHIVE__HOST", "127.0.0.1"), ("DICOM__DESTINATIONS__ARCHIVE__PORT", $"{port}"), ("DICOM__DESTINATIONS__ARCHIVE__LONGESTPAUSE", "00:00:01"),
            ("DICOM__FORWARDTO", "ARCHIVE"), ("DICOM__STATIONS__KEPT1__FORWARDTO", "none"));
        var (study, kept) = (StudyFiles.Uid(), StudyFiles.Uid());
        var sent = new List<string>();

        for (var kill = 0; kill < 3; kill++)
        {
            sent.AddRange(await SentInstances.StoreAsync(engine, "CT7", SentInstances.Series(study, 5)));
            await SentInstances.StoreAsync(engine, "KEPT1", SentInstances.Series(kept, 1));
            await Task.Delay(kill * 700, Token);
            await engine.KillAsync();
            await engine.StartAsync();
        }

        await using var archive = new CommittingArchive(port, engine.DicomPort);
        await archive.ComeAsync();
        Assert.True(await archive.WaitAsync(one => one.Stored.Distinct().Count() == sent.Count));
        Assert.Equal(sent.Order(StringComparer.Ordinal), archive.Stored.Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(archive.Asked);
        Assert.Empty(await SentInstances.DeliveriesAsync(engine, kept));
        // What comes from the archive does not go back to it.
        await SentInstances.StoreAsync(engine, "ARCHIVE", SentInstances.Series(kept, 1));
        await using var database = new EngineDatabase(engine);
        Assert.Equal(0, await database.CountAsync("study_news"));
    }

    private static Task<long> CommittedAsync(EngineDatabase database, params string[] studies) =>
        database.CountAsync($"asked_commitment WHERE state = {(short)AskedState.Committed} AND study_instance_uid IN ('{string.Join("','", studies)}')");

    private static string Content(byte[] file) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(StudyFiles.DataSetOf(file)));
}
