using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads <c>match:</c> and finds senders that one message could fit equally well.</summary>
internal sealed class MatchReader(Diagnostics diagnostics)
{
    public List<SenderMatch> Read(LayerFile sender)
    {
        List<SenderMatch> entries = [];
        if (sender.Match is null || sender.Match.Entries.Count == 0)
        {
            if (sender.Name != MapSetLoader.DefaultSender)
                diagnostics.Add(MapCodes.MissingKey, sender.At, null,
                    $"The sender {sender.Name} has no 'match', so no message is ever its own.",
                    "Add match: { MSH-3.1: APPLICATION, MSH-4.1: FACILITY }, or a listener.");
            return entries;
        }

        foreach (var entry in sender.Match.Entries)
        {
            var key = entry.Key.Text;
            var isPath = FieldPath.TryParse(key, out var path);
            if (!isPath && key is not ("listener" or "certificate"))
                diagnostics.Add(MapCodes.UnknownKey, entry.Key.At, null, $"'{key}' is nothing that a message can be matched by.",
                    Hints.DidYouMean(key, ["listener", "certificate", "MSH-3.1", "MSH-4.1"],
                        "Write a field such as MSH-4.1, listener or certificate."));
            else if (isPath && path.Segment != "MSH")
                diagnostics.Add(MapCodes.UnknownKey, entry.Key.At, null, $"Senders are matched by fields of MSH, not of {path.Segment}.",
                    "Write MSH-3.1, MSH-4.1 or MSH-22.");
            else if (isPath && Hl7Fields.FieldsOf("MSH") is var (max, sentence) && path.Field > max)
                diagnostics.Add(MapCodes.FieldRange, entry.Key.At, null, $"{key}: {sentence}.", $"Fields go from 1 to {max}.");
            else if (entry.Value is not YamlText { Text.Length: > 0 } text)
                diagnostics.Add(MapCodes.WrongShape, entry.Value.At, null, "The value to match is a text.", "Write MSH-4.1: MERCY.");
            else
                entries.Add(new SenderMatch(isPath ? path.ToString() : key, isPath ? path : null, text.Text.TrimEnd('*'),
                    text.Text.EndsWith('*')));
        }

        return entries;
    }

    public void FindTies(IReadOnlyList<(LayerFile Sender, List<SenderMatch> Match)> senders)
    {
        for (var i = 0; i < senders.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (senders[i], senders[j]);
                if (a.Match.Count == 0 || a.Match.Count != b.Match.Count || a.Match.Exists(entry => b.Match.Exists(entry.Excludes)))
                    continue;
                diagnostics.Add(MapCodes.MatchTie, a.Sender.Match!.At, null,
                    $"A message can match {a.Sender.Name} and {b.Sender.Name} equally well.",
                    $"Let one of them match more fields, or fields that tell it from {b.Sender.Name}.");
            }
        }
    }
}
