using CloudPacs.Integration.Messages;
using CloudPacs.Integration.Settings;
using CloudPacs.Integration.Worklist;
using CloudPacs.Store;
using CloudPacs.Store.Commit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudPacs.Integration.Tests.Messages;

/// <summary>The parts of an engine between its sockets and its database.</summary>
internal static class Receivers
{
    public static MllpReceiver Receiver(GroupCommit<PendingMessage> commit, MllpListenerSettings settings, MessageReader reader, NpgsqlDataSource database, IdSource ids) => new(
        new ListenerProfile("main", settings), reader, new MessageApplier(ids, new EntryVisibility(new EngineSettings())), commit, new Continuations(new JournalQueries(database)), ids, NullLogger<MllpReceiver>.Instance);

    public static GroupCommit<PendingMessage> Commit(NpgsqlDataSource database, WorkspaceStore store, IdSource ids)
    {
        var index = new WorklistIndex();
        var factory = new EntryFactory(new WorklistSettings());
        var revisions = new Revisions();
        var updater = new WorklistUpdater(index, factory, new WorklistLoader(new WorklistQueries(database), index, factory, revisions), revisions);
        var work = new MessageCommit(store, new MessageApplier(ids, new EntryVisibility(new EngineSettings())), updater);
        return new GroupCommit<PendingMessage>(database, work, new GroupCommitOptions { Writers = 3 }, TimeProvider.System, NullLogger.Instance);
    }
}
