using System.Text;
using CloudPacs.Integration.Changes;
using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Tests.Store;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>The parts of an engine between its sockets and its database.</summary>
internal static class Receivers
{
    public static MllpReceiver Receiver(ChangePipeline changes, MllpListenerSettings settings, MessageReader reader, NpgsqlDataSource database, IdSource ids) => new(
        new ListenerProfile("main", settings), Door(changes, reader, database, ids), reader, ids, NullLogger<MllpReceiver>.Instance);

    public static MessageDoor Door(ChangePipeline changes, MessageReader reader, NpgsqlDataSource database, IdSource ids) => new(
        reader, new ReservedNumbers(database), new MessageAnswers(ids), new EntryVisibility(new EngineSettings()), changes, new Continuations(new JournalQueries(database, PostgresFixture.InRows)), NullLogger<MessageDoor>.Instance);

    /// <summary>One message to its answers.</summary>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>>> AcceptAsync(
        ChangePipeline changes, MllpListenerSettings settings, MessageReader reader, NpgsqlDataSource database, IdSource ids, string message, CancellationToken cancellationToken) =>
        Door(changes, reader, database, ids)
            .AcceptAsync(Encoding.UTF8.GetBytes(message), new ListenerProfile("main", settings), new MessageOrigin("test"), [], cancellationToken);

    public static ChangePipeline Changes(NpgsqlDataSource database, WorkspaceStore store)
    {
        var index = new WorklistIndex();
        var factory = new EntryFactory(new WorklistSettings(), Pipeline.Zone);
        var revisions = new Revisions();
        var updater = new WorklistUpdater(index, factory, new WorklistLoader(new WorklistQueries(database), index, factory, revisions, NullLogger<WorklistLoader>.Instance), revisions);
        return new ChangePipeline(database, store, updater, [], new DeliverySignal(), new DatabaseSettings { Writers = 3 }, TimeProvider.System, NullLoggerFactory.Instance);
    }
}
