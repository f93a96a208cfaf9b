/** The page of a badge that does not exist yet. */
export const newBadge = 'new';

/** Pages beside the badges' own: no badge may have one of these as its id. */
export const takenPlaces: readonly string[] = [newBadge, 'studio'];
