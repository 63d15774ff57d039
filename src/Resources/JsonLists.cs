using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Resources;

/// <summary>Arrays of JSON.</summary>
internal static class JsonLists
{
    public static void List<T>(this JsonText json, IEnumerable<T> items, Action<JsonText, T> write)
    {
        json.BeginArray();
        foreach (var item in items)
        {
            json.Item();
            write(json, item);
        }

        json.EndArray();
    }
}
