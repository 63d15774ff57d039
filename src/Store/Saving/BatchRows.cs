using CloudPacs.Store.Audit;
using CloudPacs.Store.Deliveries;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Saving;

/// <summary>What a batch writes besides the rows of its workspace.</summary>
public sealed class BatchRows
{
    public List<JournalRow> Journal { get; } = [];

    public List<AuditRow> Audit { get; } = [];

    /// <summary>What must leave, in order.</summary>
    public List<DeliveryRow> Deliveries { get; } = [];

    /// <summary>What others are to be sent, or told, of stored instances.</summary>
    public List<StudyNewsRow> StudyNews { get; } = [];
}
