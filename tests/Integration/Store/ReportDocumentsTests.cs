using CloudPacs.Store;
using CloudPacs.Store.Blobs;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>Documents of reports that are kept beside their rows.</summary>
public sealed class ReportDocumentsTests(PostgresFixture postgres) : StoreTest(postgres), IDisposable
{
    private readonly string _folder = PostgresFixture.NewFolder();

    private BlobFolder Blobs => new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_documents_of_every_version_that_one_batch_brings_are_kept()
    {
        ReportDocument first = Document(1), second = Document(2);

        await SaveAsync(workspace =>
        {
            var report = Add(workspace);
            report.ShowBy([first]);
            report.ShowBy([second, second]);
            report.ShowBy([]);
        });

        Assert.Equal([1], await ReadAsync(first));
        Assert.Equal([2], await ReadAsync(second));
    }

    [Fact]
    public async Task The_documents_of_a_version_that_was_taken_back_are_not_kept()
    {
        ReportDocument first = Document(1), second = Document(2);

        await SaveAsync(workspace =>
        {
            var report = Add(workspace);
            report.ShowBy([first]);
            using var refused = workspace.Begin();
            workspace.FindReports(ReportNumberKind.Filler, new Identifier("R1"))[0].ShowBy([second]);
        });

        Assert.Equal([1], await ReadAsync(first));
        Assert.Null(await ReadAsync(second));
    }

    [Fact]
    public async Task A_sweep_leaves_a_document_that_was_sent_again_while_it_looked_for_its_row()
    {
        const string Key = "documents/01/1";
        await Blobs.PutAsync(Key, new MemoryStream([1]), Cancel);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, Key), DateTime.UtcNow.AddDays(-2));

        var removed = await OrphanBlobs.SweepAsync(Blobs, "documents", DateTimeOffset.UtcNow.AddDays(-1), SendAgainAsync, Cancel);

        Assert.Equal(0, removed);
        Assert.True(File.Exists(Path.Combine(_folder, Key)));

        async Task<IEnumerable<string>> SendAgainAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
        {
            await Blobs.PutAsync(Key, new MemoryStream([1]), cancellationToken);
            return [];
        }
    }

    private static ReportRow Add(Workspace workspace) =>
        workspace.AddReport(ReportNumberKind.Filler, new Identifier("R1"), new ReportVersion(ReportState.Final, null, null));

    private static ReportDocument Document(byte content) => new()
    {
        BlobId = new Guid(content, 0, 0, new byte[8]), ContentType = "application/pdf", Size = 1, Open = () => new MemoryStream([content]),
    };

    private async Task SaveAsync(Action<Workspace> work)
    {
        var store = await WorkspaceStore.OpenAsync(Database, new LargeMessages(Blobs, int.MaxValue), Ids, notifyAs: null, Cancel);
        await StoredOrder.InBatchAsync(
            Database, store, new WorkspaceKeys { ReportNumbers = { "R1" } },
            (workspace, _) =>
            {
                work(workspace);
                return 0;
            },
            Cancel);
    }

    private async Task<byte[]?> ReadAsync(ReportDocument document)
    {
        if (await new ReportDocuments(Database, Blobs).OpenAsync(document.BlobId!.Value, Cancel) is not { } found) return null;
        await using var content = found.Content;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }
}
