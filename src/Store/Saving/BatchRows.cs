using CloudPacs.Store.Audit;
using CloudPacs.Store.Messages;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>What a batch writes besides the rows of its workspace.</summary>
public sealed class BatchRows
{
    public List<JournalRow> Journal { get; } = [];

    public List<AuditRow> Audit { get; } = [];

    public List<OutboxRow> Outbox { get; } = [];

    /// <summary>Statements of other tables (search index …) that go in the same round trip and transaction, after all rows.</summary>
    public List<NpgsqlBatchCommand> More { get; } = [];
}
