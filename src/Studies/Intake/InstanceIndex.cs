using CloudPacs.Archive;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Intake;

/// <summary>What the archive asks of the rows: which of its records they name.</summary>
public sealed class InstanceIndex(InstancePlaces places) : IRecordIndex
{
    public async ValueTask<long> KnownEndAsync(Guid pack, CancellationToken cancellationToken) =>
        Math.Max(0, await places.LastOffsetAsync(pack, cancellationToken).ConfigureAwait(false));

    public ValueTask<IReadOnlyList<bool>> AreNeededAsync(IReadOnlyList<FoundRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        return places.AreNamedAsync([.. records.Select(static record => (record.Place.Pack, record.Place.Offset))], cancellationToken);
    }

    public async ValueTask<IReadOnlyList<bool>> MovedAsync(IReadOnlyList<MovedRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var answers = new bool[records.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            var (from, to) = (records[i].From, records[i].To);
            answers[i] = await places.MoveAsync((from.Pack, from.Offset), (to.Pack, to.Offset), cancellationToken).ConfigureAwait(false);
        }

        return answers;
    }
}
