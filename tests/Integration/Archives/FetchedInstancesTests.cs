using System.Buffers;
using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using CloudPacs.Studies.Archives;
using CloudPacs.Studies.Fetching;
using Xunit;

namespace CloudPacs.Integration.Tests.Archives;

/// <summary>Instances of another archive, fetched when somebody asks and kept for a while.</summary>
public sealed class FetchedInstancesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpacs-fetched").FullName;
    private readonly FakeArchive _archive = new();
    private readonly List<(string Instance, string Syntax)> _learned = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_asked_for_several_times_is_fetched_once_and_known_like_a_stored_one()
    {
        var fetched = Create(1_000_000);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fetched.GetAsync(Found("1.1"), Token)));

        Assert.Equal(["1.1"], _archive.Asked);
        Assert.Single(all.Distinct());
        Assert.Equal(TransferSyntax.ExplicitVrLittleEndian.Uid, all[0].TransferSyntaxUid);
        Assert.Equal((FakeArchive.File("1.1").Length, 32), ((int)all[0].Bytes.Length, all[0].Bytes.Digest.Length));
        Assert.Equal([("1.1", all[0].TransferSyntaxUid)], _learned);
    }

    [Fact]
    public async Task Those_used_last_stay_and_the_others_make_room()
    {
        var fetched = Create(FakeArchive.File("1.1").Length * 2);
        foreach (var uid in new[] { "1.1", "1.2", "1.1", "1.3" }) await fetched.GetAsync(Found(uid), Token);

        await fetched.GetAsync(Found("1.1"), Token);
        await fetched.GetAsync(Found("1.2"), Token);

        Assert.Equal(["1.1", "1.2", "1.3", "1.2"], _archive.Asked);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task What_fails_leaves_nothing_and_is_asked_for_again()
    {
        var fetched = Create(1_000_000);
        _archive.Fault = new ForeignArchiveException(ForeignArchiveFault.TimedOut, "The archive OLD does not answer in time.");
        var told = await Assert.ThrowsAsync<ForeignArchiveException>(() => fetched.GetAsync(Found("1.1"), Token));
        Assert.Equal(ForeignArchiveFault.TimedOut, told.Fault);
        Assert.Empty(Directory.GetFiles(_folder));

        _archive.Fault = null;
        Assert.Equal("1.1", (await fetched.GetAsync(Found("1.1"), Token)).SopInstanceUid);
    }

    [Fact]
    public async Task Another_instance_or_a_broken_one_is_refused()
    {
        var fetched = Create(1_000_000);
        _archive.Gives = FakeArchive.File("1.9");
        Assert.Equal(ForeignArchiveFault.Refused, (await Assert.ThrowsAsync<ForeignArchiveException>(() => fetched.GetAsync(Found("1.1"), Token))).Fault);

        _archive.Gives = FakeArchive.File("1.1")[..^3];
        Assert.Equal(ForeignArchiveFault.Refused, (await Assert.ThrowsAsync<ForeignArchiveException>(() => fetched.GetAsync(Found("1.1"), Token))).Fault);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task One_of_ours_is_given_as_it_is_and_one_of_an_archive_that_nobody_knows_is_told()
    {
        var fetched = Create(1_000_000);
        var own = Found("1.1") with { Instance = Found("1.1").Instance with { Archive = null } };
        var alien = Found("1.1") with { Instance = Found("1.1").Instance with { Archive = "GONE" } };

        Assert.Same(own.Instance, await fetched.GetAsync(own, Token));
        Assert.Contains("GONE", (await Assert.ThrowsAsync<ForeignArchiveException>(() => fetched.GetAsync(alien, Token))).Message, StringComparison.Ordinal);
    }

    private FetchedInstances Create(long mostBytes) => new(
        new Dictionary<string, IForeignArchive> { ["OLD"] = _archive }, (instance, syntax) =>
        {
            _learned.Add((instance, syntax));
            return Task.CompletedTask;
        }, _folder, mostBytes);

    private static InstanceInStudy Found(string uid)
    {
        var series = new StoredSeries(Guid.Empty, "1", "OT", null, 1, StoredAttributes.None);
        return new InstanceInStudy(
            new StoredStudy(Guid.Empty, "1", StoredAttributes.None, [series]), series,
            new StoredInstance(Guid.Empty, uid, Uids.SecondaryCaptureImageStorage, "", 1, InstanceBytes.Elsewhere, StoredAttributes.None) { Archive = "OLD" });
    }

    private sealed class FakeArchive : IForeignArchive
    {
        public List<string> Asked { get; } = [];

        public ForeignArchiveException? Fault { get; set; }

        public byte[]? Gives { get; set; }

        public string Name => "OLD";

        public static byte[] File(string uid)
        {
            var dataSet = new DataSet().Set(Tags.SopClassUid, Uids.SecondaryCaptureImageStorage).Set(Tags.SopInstanceUid, uid).Set(Tags.PatientId, "P1");
            dataSet.SetBytes(Tags.PixelData, VR.OW, new byte[1000]);
            var bytes = new ArrayBufferWriter<byte>();
            Part10.Write(
                Part10.CreateMeta(Uids.SecondaryCaptureImageStorage, uid, TransferSyntax.ExplicitVrLittleEndian), dataSet, bytes, SpecificCharacterSet.Default);
            return bytes.WrittenSpan.ToArray();
        }

        public Task<IReadOnlyList<ListedStudy>> ListAsync(StudyKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<DataSet> DescribeAsync(string studyInstanceUid, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task FetchAsync(InstanceUids instance, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
        {
            lock (Asked) Asked.Add(instance.Instance);
            if (Fault is not null) throw Fault;
            using var body = new MemoryStream(Gives ?? File(instance.Instance));
            await read(body, cancellationToken);
        }
    }
}
