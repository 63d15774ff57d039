using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes one FHIR element into the patch of its resource.</summary>
/// <param name="path">The element.</param>
/// <param name="group">What the ids of new items of this rule begin with.</param>
/// <param name="wish">The type that the rule's expression is asked for.</param>
internal sealed class FhirWriter(FhirPath path, string group, MapType? wish) : TargetWriter
{
    private readonly TargetStep[] _steps = [.. path.Steps];
    private readonly FhirElement[] _elements = [.. path.Elements];
    private readonly bool _takesList = path.TakesList;
    private readonly TargetStep _first = path.Steps[0];
    private readonly TargetStep _last = path.Steps[^1];
    private readonly FhirElement _end = path.Last;
    private readonly string _namedId = path.Steps[0].Key == TargetKey.Name ? ElementIds.Named(path.Steps[0].KeyName) : "";
    private readonly string _firstId = group + "1";
    private readonly byte[] _name = FhirElementPatch.Utf8Of(path.Steps[0].Name);
    private readonly bool _hasItems = path.Elements[0].Repeats && !FhirElements.IsPrimitive(path.Elements[0].Type);

    /// <summary>The element is a list of plain values, which have no ids.</summary>
    private readonly bool _isArray = path.Steps.Count == 1 && path.Elements[0].Repeats && FhirElements.IsPrimitive(path.Elements[0].Type);

    public override bool Deletes => true;

    public override string Name => path.Name;

    public override MapType? Wish => wish;

    public string Resource { get; } = path.Resource;

    public override void Write(EvalContext context, in MapValue value)
    {
        if (context.Output.PatchOf(Resource) is not { } patch) return;
        if (context.State is FhirState { OnlyElements: { } only } && !only.Contains(_first.Name)) return;
        if (IsNull(value)) Remove(context, patch);
        else if (_takesList && value.IsList) WriteList(context, patch, value.Items);
        else WriteOne(context, patch, value);
    }

    private void WriteOne(EvalContext context, FhirPatch patch, in MapValue value)
    {
        var (json, start) = (patch.Json, patch.Json.Length);
        if (_isArray) json.BeginArray();
        if (!value.HasValue || !FhirConversion.Write(json, context, _end, value) || context.Failure is not null)
        {
            json.Truncate(start);
            return;
        }

        if (_isArray) json.EndArray();
        var element = patch.Element(_first.Name, _name);
        if (_steps.Length > 1) PutBelow(context, element, [json.Take(start)]);
        else if (_takesList && _hasItems) PutItems(element, [patch.Since(start)]);
        else Put(context, element, patch.Since(start));
    }

    private void WriteList(EvalContext context, FhirPatch patch, MapValue[] values)
    {
        var (json, start) = (patch.Json, patch.Json.Length);
        var items = new PatchValue[values.Length];
        var count = 0;
        if (_isArray) json.BeginArray();
        foreach (var value in values)
        {
            var mark = json.Length;
            if (_isArray) json.Item();
            var item = json.Length;
            if (FhirConversion.Write(json, context, _end, value)) items[count++] = patch.Since(item);
            else json.Truncate(mark);
        }

        if (count == 0 || context.Failure is not null)
        {
            json.Truncate(start);
            return;
        }

        if (_isArray) json.EndArray();
        var element = patch.Element(_first.Name, _name);
        if (_steps.Length > 1) PutBelow(context, element, Finished(element, items.AsSpan(0, count)));
        else if (_isArray) element.Set(patch.Since(start));
        else PutItems(element, items.AsSpan(0, count));
    }

    private static byte[][] Finished(FhirElementPatch element, ReadOnlySpan<PatchValue> items)
    {
        var finished = new byte[items.Length][];
        for (var i = 0; i < finished.Length; i++) finished[i] = element.TextOf(items[i]).ToArray();
        return finished;
    }

    private void Remove(EvalContext context, FhirPatch patch)
    {
        var element = patch.Element(_first.Name, _name);
        if (_steps.Length > 1)
        {
            RemoveBelow(context, element);
            return;
        }

        switch (_first.Key)
        {
            case TargetKey.None:
                element.Remove();
                if (FhirElements.IsPrimitive(_end.Type)) patch.Remove("_" + _first.Name);
                break;
            case TargetKey.New or TargetKey.Bound:
                element.Renew(group);
                break;
            default:
                element.SetItem(IdOf(context, _first, element), default);
                break;
        }
    }

    private void RemoveBelow(EvalContext context, FhirElementPatch element)
    {
        var parent = OpenLast(context, element);
        if (_last.Key is TargetKey.Name or TargetKey.Loop) parent.List(_last.Name).Remove(KeyOf(context, _last));
        else parent.Set(_last.Name, JsonBranch.Nothing);
    }

    private void PutItems(FhirElementPatch element, ReadOnlySpan<PatchValue> items)
    {
        if (_first.Key == TargetKey.None) element.SetList(items);
        else foreach (var item in items) element.SetItem(element.NewId(group, _firstId), item);
    }

    private void Put(EvalContext context, FhirElementPatch element, PatchValue value)
    {
        if (_first.Key == TargetKey.None || !_hasItems) element.Set(value);
        else if (_first.Key == TargetKey.Bound && context.Bound[_first.KeyNumber] is JsonBranch made) made.SetAll(element.BranchOf(value));
        else element.SetItem(IdOf(context, _first, element), value);
    }

    private void PutBelow(EvalContext context, FhirElementPatch element, ReadOnlySpan<byte[]> items)
    {
        var parent = OpenLast(context, element);
        if (!_end.Repeats)
        {
            parent.Set(_last.Name, items[0]);
        }
        else if (_last.Key == TargetKey.None)
        {
            parent.Set(_last.Name, JsonList.Of(items));
        }
        else
        {
            var list = parent.List(_last.Name);
            if (_last.Key is TargetKey.Name or TargetKey.Loop && items[0][0] == '{')
                list.Item(KeyOf(context, _last)).SetAll(JsonBranch.Of(items[0]));
            else foreach (var item in items) list.Add(item);
        }
    }

    /// <summary>The object that holds the last step.</summary>
    private JsonBranch OpenLast(EvalContext context, FhirElementPatch element)
    {
        var parent = Open(context, element);
        for (var i = 1; i < _steps.Length - 1; i++) parent = Open(context, parent, _steps[i], _elements[i].Repeats);
        return parent;
    }

    private JsonBranch Open(EvalContext context, FhirElementPatch element)
    {
        if (_first.Key == TargetKey.Bound)
        {
            if (context.Bound[_first.KeyNumber] is JsonBranch bound) return bound;
            // Which child writes first may differ from message to message, so the items belong to the parent.
            var made = element.BranchOf(element.NewId(_first.KeyName));
            context.Bound[_first.KeyNumber] = made;
            return made;
        }

        if (_first.Key != TargetKey.None) return element.BranchOf(IdOf(context, _first, element));
        return _hasItems ? element.BranchOf(ElementIds.Numbered(1)) : element.Branch();
    }

    private static JsonBranch Open(EvalContext context, JsonBranch parent, TargetStep step, bool repeats)
    {
        if (!repeats) return parent.Branch(step.Name);
        var list = parent.List(step.Name);
        switch (step.Key)
        {
            case TargetKey.Name or TargetKey.Loop:
                return list.Item(KeyOf(context, step));
            case TargetKey.Bound when context.Bound[step.KeyNumber] is JsonBranch bound:
                return bound;
            case TargetKey.New or TargetKey.Bound:
                var item = new JsonBranch();
                list.Add(item);
                if (step.Key == TargetKey.Bound) context.Bound[step.KeyNumber] = item;
                return item;
            default:
                return list.Item(Math.Max(step.KeyNumber, 1) - 1);
        }
    }

    private string IdOf(EvalContext context, TargetStep step, FhirElementPatch element) => step.Key switch
    {
        TargetKey.Name => _namedId,
        TargetKey.Loop => ElementIds.Numbered(context.Numbers[step.KeyNumber]),
        TargetKey.Index => ElementIds.Numbered(step.KeyNumber),
        _ => element.NewId(group, _firstId),
    };

    private static string KeyOf(EvalContext context, TargetStep step) => step.Key == TargetKey.Loop
        ? ElementIds.Numbered(context.Numbers[step.KeyNumber])
        : ElementIds.Named(step.KeyName);
}
