using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Commands of the domain as JSON: members in camelCase, enumerations by name, attributes as a data set of the DICOM JSON model (PS3.18 F).
/// A member that is not known, is missing or has another form is refused with its path.
/// </summary>
internal static class CommandJson
{
    private const string MissingKind = "command must say which one is meant.";

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

    /// <summary>Why a text could not be read, without its values and without the names of types.</summary>
    public static string ReasonOf(JsonException e)
    {
        if (e.Message.Contains("could not be mapped", StringComparison.Ordinal)) return "There is no member of this name.";
        if (e.Message.Contains("required propert", StringComparison.Ordinal)) return "A required member is missing.";
        if (e.Message.Contains("type discriminator", StringComparison.Ordinal)) return MissingKind;
        if (e.Message.Contains("could not be converted", StringComparison.Ordinal))
            return "The value has another form or is none of those that are possible.";
        return e is UnfitValueException ? e.Message : "The JSON is not well formed.";
    }

    /// <summary>What the types of the domain do not say themselves, as they speak no protocol.</summary>
    private static void Describe(JsonTypeInfo type)
    {
        if (type.Type == typeof(PatientCommand))
        {
            type.PolymorphismOptions = Kinds();
            type.CreateObject = static () => throw new UnfitValueException(MissingKind);
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
    /// What is wrong is found by the reader, an authority shows in its parts, and the steps of an order are those of its procedure.
    /// </summary>
    private static bool IsLeftOut(Type type, string name) => name switch
    {
        "faults" => typeof(Details).IsAssignableFrom(type),
        "hasAuthority" => type == typeof(Identifier),
        "steps" => type == typeof(OrderCommand),
        _ => false,
    };

    private static JsonPolymorphismOptions Kinds()
    {
        var kinds = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "command" };
        foreach (
            var kind in typeof(PatientCommand).Assembly.GetTypes()
                .Where(static t => !t.IsAbstract && t.IsSubclassOf(typeof(PatientCommand))))
            kinds.DerivedTypes.Add(new JsonDerivedType(kind, JsonNamingPolicy.CamelCase.ConvertName(kind.Name)));
        return kinds;
    }

    private static object? WithoutNulls(object? list) => list is IEnumerable<object?> items && items.Contains(null)
        ? throw new UnfitValueException("An item of the list is null.")
        : list;

    /// <summary>Keeps its own words.</summary>
    private sealed class UnfitValueException(string message) : JsonException(message);

    private sealed class DataSetConverter : JsonConverter<DataSet>
    {
        public override DataSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var json = JsonDocument.ParseValue(ref reader);
            return DicomJson.TryRead(JsonSerializer.SerializeToUtf8Bytes(json.RootElement), null, out var read, out var error)
                && read is [var only]
                ? only
                : throw new UnfitValueException(error ?? "One data set in the DICOM JSON model is expected.");
        }

        public override void Write(Utf8JsonWriter writer, DataSet value, JsonSerializerOptions options) => DicomJson.Write(value, writer);
    }
}
