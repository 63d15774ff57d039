using System.Globalization;
using System.Text.Json.Nodes;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes one FHIR element into the patch of its resource.</summary>
/// <param name="path">The element.</param>
/// <param name="group">Name under which new items of this rule are kept together: the rule's id.</param>
/// <param name="convert">Makes JSON of a value.</param>
/// <param name="wish">The type that the rule's expression is asked for.</param>
internal sealed class FhirWriter(FhirPath path, string group, Func<EvalContext, MapValue, JsonNode?> convert, MapType? wish) : TargetWriter
{
    public override string Name => path.Name;

    public override MapType? Wish => wish;

    public override void Write(EvalContext context, in MapValue value)
    {
        var patch = context.Output.Patch(path.Resource);
        if (IsNull(value))
        {
            Remove(context, patch);
            return;
        }

        var node = path.TakesList ? List(context, value) : convert(context, value);
        if (node is not null && context.Failure is null) Put(context, patch, node.Parent is null ? node : node.DeepClone());
    }

    private JsonArray? List(EvalContext context, in MapValue value)
    {
        var list = new JsonArray();
        foreach (var item in value.Items)
        {
            var node = convert(context, item);
            if (node is JsonArray several) foreach (var one in several) list.Add(one?.DeepClone());
            else if (node is not null) list.Add(node.Parent is null ? node : node.DeepClone());
        }

        return list.Count == 0 ? null : list;
    }

    private void Remove(EvalContext context, FhirPatch patch)
    {
        var element = patch.Element(path.Steps[0].Name);
        if (path.Steps.Count > 1) return;
        switch (path.Steps[0].Key)
        {
            case TargetKey.None:
                element.IsRemoved = true;
                element.Value = null;
                if (FhirElements.IsPrimitive(path.Last.Type)) patch.Element("_" + path.Steps[0].Name).IsRemoved = true;
                break;
            case TargetKey.New or TargetKey.Bound:
                element.RemovedGroups.Add(group);
                break;
            default:
                element.Set(SlotName(context, path.Steps[0], element), null);
                break;
        }
    }

    private void Put(EvalContext context, FhirPatch patch, JsonNode node)
    {
        var first = path.Steps[0];
        var element = patch.Element(first.Name);
        if (path.Steps.Count == 1)
        {
            if (first.Key == TargetKey.New && node is JsonArray several) foreach (var item in several.ToList()) element.Set(element.NewNumber(group), item?.DeepClone());
            else if (first.Key == TargetKey.None) (element.Value, element.IsRemoved) = (node, false);
            else if (first.Key == TargetKey.Bound && context.Bound[first.KeyNumber] is JsonObject made && node is JsonObject content) Fill(made, content);
            else element.Set(SlotName(context, first, element), node);
            return;
        }

        var parent = Open(context, element, first, path.Elements[0].Repeats);
        for (var i = 1; i < path.Steps.Count - 1; i++) parent = Open(context, patch, parent, path.Steps[i], path.Elements[i].Repeats);
        var last = path.Steps[^1];
        if (!path.Last.Repeats || last.Key == TargetKey.None)
        {
            parent[last.Name] = path.Last.Repeats && node is not JsonArray ? new JsonArray(node) : node;
            return;
        }

        var list = ListIn(parent, last.Name);
        if (node is JsonArray items)
        {
            foreach (var item in items) list.Add(item?.DeepClone());
            return;
        }

        if (node is JsonObject map && last.Key is TargetKey.Name or TargetKey.Loop) Fill(patch.InnerItem(list, Key(context, last)), (JsonObject)node);
        else list.Add(node);
    }

    private static void Fill(JsonObject target, JsonObject content)
    {
        foreach (var (name, child) in content.ToList())
        {
            content.Remove(name);
            target[name] = child;
        }
    }

    private JsonObject Open(EvalContext context, FhirElementPatch element, TargetStep step, bool repeats)
    {
        if (step.Key == TargetKey.Bound)
        {
            if (context.Bound[step.KeyNumber] is JsonObject bound) return bound;
            // Which child writes first may differ from message to message, so the items belong to the parent.
            var made = element.ObjectIn(element.NewNumber(step.KeyName));
            context.Bound[step.KeyNumber] = made;
            return made;
        }

        if (step.Key != TargetKey.None) return element.ObjectIn(SlotName(context, step, element));
        element.IsRemoved = false;
        if (!repeats) return (JsonObject)(element.Value ??= new JsonObject());
        var list = element.Value as JsonArray;
        if (list is null) element.Value = list = [];
        if (list.Count == 0) list.Add((JsonNode)new JsonObject());
        return (JsonObject)list[0]!;
    }

    private static JsonObject Open(EvalContext context, FhirPatch patch, JsonObject parent, TargetStep step, bool repeats)
    {
        if (!repeats)
        {
            if (parent[step.Name] is JsonObject known) return known;
            var made = new JsonObject();
            parent[step.Name] = made;
            return made;
        }

        var list = ListIn(parent, step.Name);
        switch (step.Key)
        {
            case TargetKey.Name or TargetKey.Loop:
                return patch.InnerItem(list, Key(context, step));
            case TargetKey.Bound when context.Bound[step.KeyNumber] is JsonObject bound:
                return bound;
            case TargetKey.New or TargetKey.Bound:
                var item = new JsonObject();
                list.Add((JsonNode)item);
                if (step.Key == TargetKey.Bound) context.Bound[step.KeyNumber] = item;
                return item;
            default:
                while (list.Count < Math.Max(step.KeyNumber, 1)) list.Add((JsonNode)new JsonObject());
                return (JsonObject)list[Math.Max(step.KeyNumber, 1) - 1]!;
        }
    }

    private static JsonArray ListIn(JsonObject parent, string name)
    {
        if (parent[name] is JsonArray list) return list;
        var made = new JsonArray();
        parent[name] = made;
        return made;
    }

    private string SlotName(EvalContext context, TargetStep step, FhirElementPatch element) => step.Key switch
    {
        TargetKey.Name or TargetKey.Loop => Key(context, step),
        TargetKey.Index => "#" + step.KeyNumber.ToString(CultureInfo.InvariantCulture),
        _ => element.NewNumber(group),
    };

    private static string Key(EvalContext context, TargetStep step) =>
        step.Key == TargetKey.Loop ? "#" + context.Numbers[step.KeyNumber].ToString(CultureInfo.InvariantCulture) : step.KeyName;
}
