using System.Text;

namespace CloudPacs.Dicom.Network;

/// <summary>The kinds of user identity (PS3.7 table D.3-14).</summary>
public enum UserIdentityType : byte
{
    UserName = 1,
    UserNameAndPasscode = 2,
    Kerberos = 3,
    Saml = 4,
    Jwt = 5,
}

/// <summary>Who the requestor says its user is (PS3.7 D.3.3.7.1).</summary>
/// <param name="Type">The kind of identity.</param>
/// <param name="Primary">User name, Kerberos ticket, SAML assertion or JWT.</param>
/// <param name="Secondary">The passcode; empty unless the type is <see cref="UserIdentityType.UserNameAndPasscode"/>.</param>
/// <param name="IsResponseRequested">Whether the acceptor is to confirm that it took the identity into account.</param>
public sealed record UserIdentity(
    UserIdentityType Type, ReadOnlyMemory<byte> Primary, ReadOnlyMemory<byte> Secondary = default, bool IsResponseRequested = true)
{
    /// <summary>A user name, with a passcode when one is given.</summary>
    public static UserIdentity FromUserName(string userName, string? passcode = null) => passcode is null
        ? new(UserIdentityType.UserName, Encoding.UTF8.GetBytes(userName))
        : new(UserIdentityType.UserNameAndPasscode, Encoding.UTF8.GetBytes(userName), Encoding.UTF8.GetBytes(passcode));

    /// <summary>The user name; null for tickets, assertions and tokens.</summary>
    public string? UserName =>
        Type is UserIdentityType.UserName or UserIdentityType.UserNameAndPasscode ? Encoding.UTF8.GetString(Primary.Span) : null;

    /// <summary>The passcode; null when there is none.</summary>
    public string? Passcode => Type is UserIdentityType.UserNameAndPasscode ? Encoding.UTF8.GetString(Secondary.Span) : null;

    /// <summary>Never shows the credentials.</summary>
    public override string ToString() => $"User identity ({Type})";
}
