using BatchOps.Engine;

namespace BatchOps.Pdf.Bills;

/// <summary>A model answered, but with nothing that can be used: broken, cut off, refused. Worth a fresh attempt.</summary>
public sealed class BillAnswerException : Exception
{
    internal BillAnswerException(string message, Exception? inner = null)
        : base(message, inner) => Data[OutcomeClassifier.ClassKey] = OutcomeClass.Transient;
}
