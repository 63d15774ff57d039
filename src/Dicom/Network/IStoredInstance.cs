using System.IO.Pipelines;

namespace CloudPacs.Dicom.Network;

/// <summary>An instance that can be sent by C-STORE.</summary>
public interface IStoredInstance
{
    string SopClassUid { get; }

    string SopInstanceUid { get; }

    /// <summary>What it is stored in, in which it is sent where the peer takes that.</summary>
    TransferSyntax TransferSyntax { get; }

    /// <summary>Whether it can be written in another syntax, for a peer that does not take its own.</summary>
    bool CanBeWrittenIn(TransferSyntax syntax);

    /// <summary>
    /// Writes its data set, without file meta information, and flushes as it goes; stops early when nobody reads any more. The caller
    /// completes the writer. What it throws fails this instance alone as long as nothing was sent.
    /// </summary>
    /// <exception cref="InstanceUnavailableException">For a reason that the peer is told.</exception>
    Task WriteAsync(TransferSyntax syntax, PipeWriter output, CancellationToken cancellationToken);
}
