/** The most players whose coalitions are all tried: 65,536. */
const mostPlayers = 16;

/**
 * Shares out what all players reach together by what each adds to every coalition of the others.
 * @param worths 2^players numbers: element m is what the players whose bits are set in m reach
 * @returns one share a player; they add up to the last worth less the first
 * @throws RangeError for more than 16 players, or another number of worths
 * @see Shapley (1953), A value for n-person games, equation 12
 */
export function exactShapley(players: number, worths: ArrayLike<number>): Float64Array {
  if (!(Number.isInteger(players) && players >= 0 && players <= mostPlayers))
    throw new RangeError(`players: expected 0 to ${mostPlayers}, got ${players}`);
  if (worths.length !== 2 ** players)
    throw new RangeError(`worths: expected ${2 ** players} numbers, got ${worths.length}`);
  const weights = coalitionWeights(players);
  const shares = new Float64Array(players);
  for (let coalition = 0; coalition < worths.length; coalition++) {
    const weight = weights[sizeOf(coalition)];
    for (let player = 0; player < players; player++) {
      const bit = 1 << player;
      if ((coalition & bit) === 0) shares[player] += weight * (worths[coalition | bit] - worths[coalition]);
    }
  }
  return shares;
}

/** Element s: s! (n − s − 1)! / n!, the weight of a coalition of s players. */
function coalitionWeights(players: number): Float64Array {
  const weights = new Float64Array(players + 1);
  let choices = 1;
  for (let size = 0; size < players; size++) {
    weights[size] = 1 / (players * choices);
    choices = (choices * (players - 1 - size)) / (size + 1);
  }
  return weights;
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let rest = coalition; rest !== 0; rest &= rest - 1) size++;
  return size;
}
