using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Every rule on who may come over HTTP; messages are "problem | fix".</summary>
internal static class IdentityValidator
{
    private static readonly string[] Roles = ["viewer", "operator", "administrator", "privacy-officer", "system"];

    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public static void Check(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        CheckPort(settings, context);
        if (settings.Identity.AsksCallers() && settings.Http.FacilityHeader.Length > 0)
            context.AddFailure(
                "Http.FacilityHeader",
                "cannot be beside Identity: the facility of a caller is that of its token, key or certificate. | Take one of them out.");
        foreach (var name in settings.Identity.Issuers.Keys.Where(static name => name is "key" or "certificate" or "local"))
            context.AddFailure($"Identity.Issuers.{name}", "is a word of the audit trail for others. | Choose another name.");
        foreach (var (name, issuer) in settings.Identity.Issuers) CheckIssuer($"Identity.Issuers.{name}", issuer, context);
        var told = settings.Identity.Issuers.Where(static one => one.Value.TokenAddress.Length > 0).ToList();
        if (told.Count > 1)
            context.AddFailure(
                $"Identity.Issuers.{told[1].Key}.TokenAddress",
                $"cannot be beside that of {told[0].Key}. | Apps are told of one issuer: take one of them out.");
        foreach (var same in settings.Identity.Issuers.GroupBy(static one => one.Value.Issuer).Where(static one => one.Count() > 1))
            context.AddFailure($"Identity.Issuers.{same.Last().Key}.Issuer", $"'{same.Key}' stands there twice. | Keep one of them.");
        foreach (var (name, caller) in settings.Identity.Certificates)
            CheckCertificate($"Identity.Certificates.{name}", caller, settings, context);
    }

    private static void CheckPort(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        var http = settings.Http;
        if (!EngineSettingsValidator.BeAddress(http.BindAddress))
        {
            context.AddFailure(
                "Http.BindAddress",
                EngineSettingsValidator.AddressMessage.Replace("{PropertyValue}", http.BindAddress, StringComparison.Ordinal));
        }
        else if (!EngineSettingsValidator.IsLoopback(http.BindAddress))
        {
            if (!settings.Identity.AsksCallers())
                context.AddFailure(
                    "Http.BindAddress",
                    $"'{http.BindAddress}' opens HTTP to other machines without authentication. | Set Identity:Issuers:NAME, "
                        + "Identity:Certificates:NAME or Identity:Required, or bind to 127.0.0.1.");
            if (http.Tls is null && !http.TlsEndsAtProxy)
                context.AddFailure(
                    "Http.BindAddress",
                    $"'{http.BindAddress}' would send tokens and patient data unencrypted. | Set Http:Tls:CertificateFile, or "
                        + "Http:TlsEndsAtProxy where a proxy on a network of its own does it.");
        }
    }

    private static void CheckIssuer(string key, IssuerSettings issuer, ValidationContext<EngineSettings> context)
    {
        if (issuer.Issuer.Length == 0) context.AddFailure($"{key}.Issuer", "is empty. | Give what its tokens have in 'iss'.");
        if (issuer.Audiences.Count == 0)
            context.AddFailure($"{key}.Audiences", "is empty. | Give what tokens for this engine have in 'aud', such as its address.");
        if (issuer.KeysAddress.Length == 0 == (issuer.KeysFile.Length == 0))
            context.AddFailure($"{key}.KeysAddress", "and KeysFile: one of them is needed. | Give the address of its JWKS, or a file.");
        else if (issuer.KeysAddress.Length > 0 && !WebAddress.IsValid(issuer.KeysAddress))
            context.AddFailure(
                $"{key}.KeysAddress", WebAddress.Message.Replace("{PropertyValue}", issuer.KeysAddress, StringComparison.Ordinal));
        if (Uri.TryCreate(issuer.KeysAddress, UriKind.Absolute, out var keys) && keys.Scheme != Uri.UriSchemeHttps && !keys.IsLoopback)
            context.AddFailure($"{key}.KeysAddress", $"'{issuer.KeysAddress}' can be changed on the way. | Use https.");
        foreach (var (name, address) in new[]
        {
            ("AuthorizationAddress", issuer.AuthorizationAddress), ("TokenAddress", issuer.TokenAddress),
            ("IntrospectionAddress", issuer.IntrospectionAddress), ("RevocationAddress", issuer.RevocationAddress),
        })
        {
            if (address.Length > 0 && !WebAddress.IsValid(address))
                context.AddFailure($"{key}.{name}", WebAddress.Message.Replace("{PropertyValue}", address, StringComparison.Ordinal));
        }

        if (issuer.AuthorizationAddress.Length > 0 && issuer.TokenAddress.Length == 0)
            context.AddFailure($"{key}.TokenAddress", "is empty. | Give where apps get their tokens, too.");
        if (issuer.KeysEvery < TimeSpan.FromSeconds(10) || issuer.KeysEvery > TimeSpan.FromDays(1))
            context.AddFailure($"{key}.KeysEvery", $"'{issuer.KeysEvery}' is out of range. | Give 00:00:10 to 1.00:00:00.");
        if (issuer.ClockSkew < TimeSpan.Zero || issuer.ClockSkew > TimeSpan.FromMinutes(5))
            context.AddFailure($"{key}.ClockSkew", $"'{issuer.ClockSkew}' is out of range. | Give 0 to 00:05:00.");
        foreach (var algorithm in issuer.Algorithms.Where(static one => !Algorithms.Contains(one)))
            context.AddFailure($"{key}.Algorithms", $"'{algorithm}' is not taken. | Use some of {string.Join(", ", Algorithms)}.");
        CheckRoles($"{key}.Roles", issuer.Roles.Values, context);
    }

    private static void CheckCertificate(
        string key, CertificateCallerSettings caller, EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        if (caller.Thumbprint.Length == 0 == (caller.Subject.Length == 0))
            context.AddFailure(
                $"{key}.Thumbprint", "and Subject: one of them is needed. | Give the SHA-256 of the certificate, or its subject.");
        else if (caller.Thumbprint.Length > 0 && (caller.Thumbprint.Length != 64 || !caller.Thumbprint.All(char.IsAsciiHexDigit)))
            context.AddFailure($"{key}.Thumbprint", "is no SHA-256. | Give its 64 hexadecimal digits without colons.");
        if (caller.Roles.Count == 0) context.AddFailure($"{key}.Roles", $"is empty. | Give some of {string.Join(", ", Roles)}.");
        CheckRoles($"{key}.Roles", caller.Roles, context);
        if (settings.Http.Tls is not { ClientCertificate: not "none" })
            context.AddFailure(key, "needs certificates of callers. | Set Http:Tls with ClientCertificate=optional or required.");
        if (caller.Subject.Length > 0 && settings.Http.Tls is not { TrustedAuthoritiesFile.Length: > 0 })
            context.AddFailure(
                $"{key}.Subject", "counts only of certificates of known authorities. | Set Http:Tls:TrustedAuthoritiesFile.");
    }

    private static void CheckRoles(string key, IEnumerable<string> roles, ValidationContext<EngineSettings> context)
    {
        foreach (var role in roles.Where(static one => !Roles.Contains(one)))
            context.AddFailure(key, $"'{role}' is no role. | Use some of {string.Join(", ", Roles)}.");
    }
}
