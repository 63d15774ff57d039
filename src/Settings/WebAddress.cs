namespace CloudPacs.Settings;

/// <summary>The rule on addresses of the web.</summary>
internal static class WebAddress
{
    public const string Message =
        "'{PropertyValue}' is no address. | Write it with http:// or https:// and a host, without query, fragment, name or password.";

    public static bool IsValid(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
        && uri!.Query.Length + uri.Fragment.Length + uri.UserInfo.Length == 0;
}
