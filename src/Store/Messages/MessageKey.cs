using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudPacs.Store.Messages;

/// <summary>Values by which a message is found in the journal: a kind of four characters and the bare value.</summary>
public static class MessageKey
{
    public static string Patient(string id) => "pid:" + id;

    public static string Visit(string number) => "vis:" + number;

    public static string Placer(string number) => "plc:" + number;

    public static string Filler(string number) => "fil:" + number;

    public static string Accession(string number) => "acc:" + number;

    public static string Study(string uid) => "uid:" + uid;

    public static string Control(string id) => "ctl:" + id;

    /// <summary>
    /// The number under which the journal's index has a key; two keys rarely share one, so that who asks compares the keys too.
    /// </summary>
    internal static int Hash(string key) => BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The pointer under which a part of a message says that it goes on (DSC-1).</summary>
    public static string Continuation(string pointer) => "dsc:" + pointer;
}
