/** What is wrong with a file of conversations; `place` says where, for whoever wants to mend it. */
export class ConversationFileError extends Error {
  readonly kind: 'notOurs' | 'newer' | 'damaged' | 'tooLarge' | 'noRoom' | 'refused';
  readonly place: string;

  constructor(kind: ConversationFileError['kind'], place = '') {
    super(kind);
    this.kind = kind;
    this.place = place;
  }
}
