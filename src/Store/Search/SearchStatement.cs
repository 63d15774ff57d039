using System.Globalization;
using System.Text;
using CloudPacs.Store.Studies;
using Npgsql;
using NpgsqlTypes;

namespace CloudPacs.Store.Search;

/// <summary>Writes one statement with its parameters, a condition at a time.</summary>
/// <param name="facility">Of which facility the caller is, who does not see studies of others; null for one who sees all.</param>
/// <param name="isLookup">Its values are rare: what they lead to are few keys.</param>
/// <param name="isWalk">Conditions are asked of one row after the other, and nothing is gathered first that many rows would have.</param>
internal sealed partial class SearchStatement(string? facility, bool isLookup, bool isWalk = false)
{
    /// <summary>
    /// Ends what is asked of rows by themselves (<c>EXISTS</c>); where it is not asked of each, the planner may begin with the answers.
    /// </summary>
    private readonly string _end = isWalk ? " OFFSET 0)" : ")";
    private readonly StringBuilder _sql = new(1500);
    private int _aliases;

    public List<NpgsqlParameter> Parameters { get; } = [];

    public SearchStatement Add(string sql)
    {
        _sql.Append(sql);
        return this;
    }

    /// <summary>Writes a value as a parameter.</summary>
    public SearchStatement Value<T>(T value, NpgsqlDbType? type = null) => Add(Parameter(value, type));

    /// <summary>How a value is written that is sent as a parameter.</summary>
    private string Parameter<T>(T value, NpgsqlDbType? type = null)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = value };
        if (type is { } named) parameter.NpgsqlDbType = named;
        Parameters.Add(parameter);
        return string.Create(CultureInfo.InvariantCulture, $"${Parameters.Count}");
    }

    public override string ToString() => _sql.ToString();

    /// <summary>Gives a command the statement with its parameters.</summary>
    public void Put(NpgsqlCommand command)
    {
        command.CommandText = ToString();
        foreach (var parameter in Parameters) command.Parameters.Add(parameter);
    }

    /// <summary>
    /// Writes that a row is of a type. What is looked up by rare values is not looked up by its type as well, which a plan that is made for
    /// all values would do: it takes any value for one of two hundred.
    /// </summary>
    public SearchStatement OfType(string row, string type, bool isLookedUp) =>
        Add(isLookedUp ? $"{row}.type || '' = " : $"{row}.type = ").Value(type);

    /// <summary>Adds <c>AND</c> with every condition on a row of the index.</summary>
    /// <param name="row">Name of the row in the statement.</param>
    /// <param name="type">The type that it is of.</param>
    /// <param name="conditions">What it must be.</param>
    public void All(string row, string type, IEnumerable<SearchCondition> conditions)
    {
        if (type == StudyOfResource.Type && facility is not null)
        {
            Add(" AND ");
            WriteVisible(row);
        }

        var rest = conditions.ToList();
        // The keys that it must have are looked for together.
        var single = rest.OfType<KeyCondition>().Where(static condition => condition.AnyOf.Count == 1).ToList();
        if (single.Count > 0) Add($" AND {row}.keys @> ").Value(single.Select(static key => key.AnyOf[0]).ToArray());
        foreach (var condition in rest)
        {
            if (condition is KeyCondition { AnyOf.Count: 1 }) continue;
            Add(" AND ");
            Write(row, condition);
        }
    }

    /// <summary>Adds <c>AND</c> with what makes a row of whatever type one that the caller sees.</summary>
    public void AllVisible(string row)
    {
        if (facility is null) return;
        Add($" AND ({row}.type <> '{StudyOfResource.Type}' OR ");
        WriteVisible(row);
        Add(")");
    }

    /// <summary>Writes that a study is one that the caller sees, wherever the statement looks at it.</summary>
    private void WriteVisible(string row)
    {
        var study = Alias();
        Add($"EXISTS (SELECT 1 FROM study {study} WHERE {study}.id = {StudyOfResource.Id(row)}")
            .Add($" AND {FacilityRule.Condition(Parameter(facility!), $"{study}.facility")}{_end}");
    }

    private void Write(string row, SearchCondition condition)
    {
        switch (condition)
        {
            case KeyCondition { AnyOf.Count: 0 } or SelfCondition { AnyOf.Count: 0 } or EitherCondition { AnyOf.Count: 0 }:
                Add("false");
                break;
            case KeyCondition keys:
                Add($"{row}.keys && ").Value(keys.AnyOf.ToArray());
                break;
            case SelfCondition self:
                Add($"{row}.self = ANY (").Value(self.AnyOf.ToArray()).Add(")");
                break;
            case PresenceCondition places:
                Add($"{row}.present && ").Value(places.AnyOf.ToArray());
                break;
            case NotCondition not:
                Add("NOT (");
                Write(row, not.Condition);
                Add(")");
                break;
            case EitherCondition either:
                WriteEither(row, either);
                break;
            case DateCondition date:
                WriteDate(row, date);
                break;
            case ChangedCondition changed:
                WriteChanged(row, changed);
                break;
            case QuantityCondition quantity:
                WriteQuantity(row, quantity);
                break;
            case TextCondition text:
                WriteText(row, text);
                break;
            case RefersToCondition chain:
                WriteRefersTo(row, chain);
                break;
            case ReferredByCondition reverse:
                WriteReferredBy(row, reverse);
                break;
            case InstanceCondition instances:
                WriteInstances(row, instances);
                break;
            default:
                throw new ArgumentException($"{condition.GetType().Name} is not known.", nameof(condition));
        }
    }

    private void WriteEither(string row, EitherCondition either)
    {
        for (var i = 0; i < either.AnyOf.Count; i++)
        {
            Add(i == 0 ? "(" : " OR ");
            Write(row, either.AnyOf[i]);
        }

        Add(")");
    }

    private void WriteQuantity(string row, QuantityCondition condition)
    {
        var quantity = Alias();
        var (low, high) = ($"{quantity}.low", $"{quantity}.high");
        Add($"EXISTS (SELECT 1 FROM fhir_index_quantity {quantity} WHERE {quantity}.number = {row}.number AND {quantity}.place = ANY (")
            .Value(condition.Places.ToArray()).Add(") AND ");
        switch (condition.Comparison)
        {
            case Comparison.Equal:
                Add($"{low} >= ").Value(condition.Low).Add($" AND {high} < ").Value(condition.High);
                break;
            case Comparison.NotEqual:
                Add($"({low} < ").Value(condition.Low).Add($" OR {high} >= ").Value(condition.High).Add(")");
                break;
            case Comparison.Greater:
                Add($"{high} > ").Value(condition.Value);
                break;
            case Comparison.Less:
                Add($"{low} < ").Value(condition.Value);
                break;
            case Comparison.GreaterOrEqual:
                Add($"{high} >= ").Value(condition.Value);
                break;
            case Comparison.LessOrEqual:
                Add($"{low} <= ").Value(condition.Value);
                break;
            case Comparison.StartsAfter:
                Add($"{low} > ").Value(condition.Value);
                break;
            case Comparison.EndsBefore:
                Add($"{high} < ").Value(condition.Value);
                break;
            case Comparison.Overlaps:
                Add($"{low} <= ").Value(condition.High).Add($" AND {high} >= ").Value(condition.Low);
                break;
        }

        Add(_end);
    }

    private void WriteText(string row, TextCondition condition)
    {
        var text = Alias();
        Add($"{row}.keys && ARRAY(SELECT {text}.key FROM fhir_index_text {text} WHERE {text}.place = ANY (")
            .Value(condition.Places.ToArray()).Add(") AND ");
        if (condition.Anywhere)
        {
            Add("position(").Value(condition.Text).Add($" IN {text}.text) > 0)");
            return;
        }

        // The index knows the first 60 characters.
        var start = condition.Text.Length > 60 ? condition.Text[..60] : condition.Text;
        Add($"left({text}.text, 60) >= ").Value(start).Add($" AND left({text}.text, 60) < ").Value(After(start))
            .Add($" AND starts_with({text}.text, ").Value(condition.Text).Add("))");
    }

    /// <summary>A text that comes after all that begin with one, by the values of the characters.</summary>
    private static string After(string start) => start + "\U0010FFFF";

    /// <summary>
    /// A few targets are looked for by the keys of the references to them; of many it is asked whether one of the row's references is to
    /// one of them.
    /// </summary>
    private void WriteRefersTo(string row, RefersToCondition condition)
    {
        var target = Alias();
        Add($"{row}.keys && ARRAY(SELECT {target}.self # place FROM fhir_index {target}, unnest(").Value(condition.Places.ToArray())
            .Add(") AS place WHERE ").OfType(target, condition.TargetType, AreLookedUp(condition.Target));
        All(target, condition.TargetType, condition.Target);
        Add(")");
    }

    /// <summary>A few keys are looked up; of many it is asked for each resource whether its key is one of them.</summary>
    private void WriteReferredBy(string row, ReferredByCondition condition)
    {
        var source = Alias();
        Add(isLookup ? $"{row}.self = ANY (ARRAY(" : $"{row}.self IN (")
            .Add($"SELECT key # place FROM fhir_index {source}, unnest({source}.keys) AS key, unnest(")
            .Value(condition.Places.ToArray()).Add(") AS place WHERE ")
            .OfType(source, condition.SourceType, AreLookedUp(condition.Source));
        All(source, condition.SourceType, condition.Source);
        Add(isLookup ? "))" : ")");
    }

    private void WriteInstances(string row, InstanceCondition condition)
    {
        var (series, instance) = (Alias(), Alias());
        Add($"{row}.id IN (SELECT {series}.study_id::text FROM instance {instance} JOIN series {series} ")
            .Add($"ON {series}.id = {instance}.series_id WHERE {instance}.state = 0");
        if (condition.SopInstanceUids.Count > 0)
            Add($" AND {instance}.sop_instance_uid = ANY (").Value(condition.SopInstanceUids.ToArray()).Add(")");
        if (condition.SopClassUids.Count > 0)
            Add($" AND {instance}.sop_class_uid = ANY (").Value(condition.SopClassUids.ToArray()).Add(")");
        Add(")");
    }

    /// <summary>Whether one of the conditions can be looked up in an index.</summary>
    private static bool AreLookedUp(IEnumerable<SearchCondition> conditions) => conditions.Any(static condition =>
        condition is KeyCondition or SelfCondition or TextCondition or RefersToCondition or ReferredByCondition
        || (condition is EitherCondition { AnyOf: var any } && AreLookedUp(any)));

    private string Alias() => string.Create(CultureInfo.InvariantCulture, $"t{++_aliases}");
}
