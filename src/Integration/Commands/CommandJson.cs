using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Commands of the domain as JSON: members in camelCase, enumerations by name, attributes as a data set of the DICOM JSON model (PS3.18 F).
/// A member that is not known, is missing or has another form is refused with its path.
/// </summary>
internal static class CommandJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new DataSetConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Describe } },
    };

    private static readonly Type[] Choices = [typeof(OrderRequest), typeof(BookingEffect), typeof(EntryEffects), typeof(Rejection)];

    /// <summary>The types whose kinds are told apart by <c>command</c>.</summary>
    private static readonly Dictionary<Type, Type[]> Kinds = new[] { typeof(PatientCommand), typeof(StudyDecision) }.ToDictionary(
        static type => type, static type => type.Assembly.GetTypes().Where(kind => !kind.IsAbstract && kind.IsSubclassOf(type)).ToArray());

    /// <summary>Why a text could not be read, without its values and without the names of types.</summary>
    public static string ReasonOf(JsonException e)
    {
        if (e is UnfitValueException) return e.Message;
        if (Says("could not be mapped")) return "There is no member of this name.";
        if (Says("required propert")) return "A required member is missing.";
        var isOfStudy = e.Path?.StartsWith("$.studies", StringComparison.Ordinal) == true;
        if (Says("type discriminator")) return MissingKind(isOfStudy ? typeof(StudyDecision) : typeof(PatientCommand));
        if (Says("null")) return "It may not be null: leave it out when there is none.";
        if (Says("uplicate")) return "The member stands twice.";
        if (!Says("could not be converted")) return "The JSON is not well formed.";
        var choice = Choices.FirstOrDefault(type => Says(type.Name));
        if (choice is null) return "The value has another form.";
        return $"It is one of {string.Join(", ", choice.GetEnumNames().Select(JsonNamingPolicy.CamelCase.ConvertName))}.";

        bool Says(string words) => e.Message.Contains(words, StringComparison.Ordinal);
    }

    /// <summary>What the types of the domain do not say themselves, as they speak no protocol.</summary>
    private static void Describe(JsonTypeInfo type)
    {
        if (Kinds.ContainsKey(type.Type))
        {
            type.PolymorphismOptions = KindsOf(type.Type);
            type.CreateObject = () => throw new UnfitValueException(MissingKind(type.Type));
        }

        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            var property = type.Properties[i];
            if (IsLeftOut(type.Type, property.Name)) type.Properties.RemoveAt(i);
            else if (type.Type == typeof(Identifier) && property.Name == "value") property.IsRequired = true;
            else if (property.Set is { } set && property.PropertyType.IsGenericType)
                property.Set = (owner, value) => set(owner, WithoutNulls(value));
        }
    }

    /// <summary>
    /// What is wrong, and what stands in for something else, is found by the reader, an authority shows in its parts, and the steps of an
    /// order are those of its procedure.
    /// </summary>
    private static bool IsLeftOut(Type type, string name) => name switch
    {
        "faults" or "standIns" => typeof(Details).IsAssignableFrom(type),
        "hasAuthority" => type == typeof(Identifier),
        "steps" => type == typeof(OrderCommand),
        "startInstant" => type == typeof(BookAppointment) || type == typeof(StepDetails),
        _ => false,
    };

    private static string MissingKind(Type type) => $"command is one of {string.Join(", ", Kinds[type].Select(NameOf))}.";

    private static JsonPolymorphismOptions KindsOf(Type type)
    {
        var kinds = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "command" };
        foreach (var kind in Kinds[type]) kinds.DerivedTypes.Add(new JsonDerivedType(kind, NameOf(kind)));
        return kinds;
    }

    /// <summary>What the kind of a command is called.</summary>
    public static string NameOf(Type kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.Name);

    private static object? WithoutNulls(object? list) => list is IEnumerable<object?> items && items.Contains(null)
        ? throw new UnfitValueException("An item of the list is null.")
        : list;
}
