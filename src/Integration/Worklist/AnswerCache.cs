using System.Collections.Concurrent;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// Encoded answers by entry, key shape, transfer syntax and character set. Entries are immutable, so an answer never goes stale; one whose
/// entry is gone is never asked for again and leaves with the next emptying. Bounded: full means emptied.
/// </summary>
internal sealed class AnswerCache(long maxBytes)
{
    private readonly ConcurrentDictionary<Key, ReadOnlyMemory<byte>> answers = new();
    private long bytes;

    public readonly record struct Key(WorklistEntry Entry, AnswerShape Shape, string TransferSyntax, string CharacterSet, string AskingAeTitle);

    public bool TryGet(in Key key, out ReadOnlyMemory<byte> answer) => answers.TryGetValue(key, out answer);

    public void Add(in Key key, ReadOnlyMemory<byte> answer)
    {
        if (Interlocked.Add(ref bytes, answer.Length) > maxBytes)
        {
            answers.Clear();
            Interlocked.Exchange(ref bytes, answer.Length);
        }

        answers[key] = answer;
    }
}
